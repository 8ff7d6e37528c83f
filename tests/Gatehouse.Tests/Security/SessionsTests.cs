using Gatehouse.Security;
using Gatehouse.Storage;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Security;

public sealed class SessionsTests : IDisposable
{
    private readonly HubFile _file = new();
    private readonly ManualTime _time = new();
    private readonly LogLines<Sessions> _log = new();
    private Sessions _sessions;

    public SessionsTests() => _sessions = New();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _sessions.Dispose();
        _file.Dispose();
    }

    [Fact]
    public async Task A_session_outlives_the_hub_and_the_file_does_not_hold_its_secret()
    {
        var (opened, secret) = await OpenAsync("192.168.1.7", "Firefox");
        Assert.Same(opened, _sessions.Find(secret));
        var files = new List<string>();
        Restart(path =>
        {
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!, "hub.db*"))
            {
                files.Add(File.ReadAllText(file, System.Text.Encoding.Latin1));
            }
        });
        var found = _sessions.Find(secret)!;
        Assert.Equal(
            (opened.Id, opened.Created, opened.LastSeen, "192.168.1.7", "Firefox"),
            (found.Id, found.Created, found.LastSeen, found.Address, found.Agent));
        Assert.Contains(files, text => text.Contains(opened.Id, StringComparison.Ordinal));
        Assert.DoesNotContain(files, text => text.Contains(secret.Text, StringComparison.Ordinal));
        Assert.Null(_sessions.Find(Secret.New()));
    }

    [Fact]
    public async Task An_ended_one_is_over_at_once_and_for_ever()
    {
        var (opened, secret) = await OpenAsync();
        var (other, _) = await OpenAsync();
        Assert.False(opened.Ended.IsCancellationRequested);
        await _sessions.EndAsync(opened);
        Assert.True(opened.Ended.IsCancellationRequested);
        Assert.False(other.Ended.IsCancellationRequested);
        Assert.Null(_sessions.Find(secret));
        Assert.Null(_sessions.Find(opened.Id));
        Restart();
        Assert.Null(_sessions.Find(secret));
        Assert.NotNull(_sessions.Find(other.Id));
    }

    [Fact]
    public async Task It_ends_when_unseen_for_a_month_and_after_a_year_in_any_case()
    {
        var (idle, idleSecret) = await OpenAsync();
        var (used, usedSecret) = await OpenAsync();
        for (var day = 0; day < 365; day += 15)
        {
            Assert.Equal(day <= 30, _sessions.Find(idleSecret) is not null);
            Assert.NotNull(_sessions.Find(usedSecret));
            await _sessions.SeeAsync(used);
            _time.Advance(TimeSpan.FromDays(15));
        }
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(_sessions.Find(usedSecret));
        Assert.Empty(_sessions.List());
        await OpenAsync();
        Assert.True(idle.Ended.IsCancellationRequested);
        Restart();
        Assert.Single(_sessions.List());
    }

    [Fact]
    public async Task That_it_was_seen_is_written_once_an_hour()
    {
        var (opened, secret) = await OpenAsync();
        _time.Advance(TimeSpan.FromMinutes(59));
        await _sessions.SeeAsync(opened);
        Assert.Equal(_time.GetUtcNow(), opened.LastSeen);
        Restart();
        Assert.Equal(opened.Created, _sessions.Find(secret)!.LastSeen);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _sessions.SeeAsync(_sessions.Find(secret)!);
        Restart();
        Assert.Equal(_time.GetUtcNow(), _sessions.Find(secret)!.LastSeen);
    }

    [Fact]
    public async Task Of_too_many_the_one_unseen_for_the_longest_time_goes()
    {
        var (first, firstSecret) = await OpenAsync();
        var (second, secondSecret) = await OpenAsync();
        for (var i = 2; i < Sessions.Most; i++) await OpenAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await _sessions.SeeAsync(first);
        Assert.All((Secret[])[firstSecret, secondSecret], s => Assert.NotNull(_sessions.Find(s)));
        await OpenAsync();
        Assert.Equal(Sessions.Most, _sessions.List().Count);
        Assert.NotNull(_sessions.Find(firstSecret));
        Restart();
        Assert.Equal(Sessions.Most, _sessions.List().Count);
        Assert.NotNull(_sessions.Find(firstSecret));
    }

    [Fact]
    public async Task Without_a_file_sessions_live_in_memory_and_the_log_says_so()
    {
        Restart(path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        });
        Assert.Contains(_log.Lines, l => l.Text.Contains("everybody has to again", StringComparison.Ordinal));
        var (opened, secret) = await OpenAsync();
        Assert.Contains(_log.Lines, l => l.Text.Contains($"The session {opened.Id} is in memory alone", StringComparison.Ordinal));
        Assert.Same(opened, _sessions.Find(secret));
        _time.Advance(TimeSpan.FromHours(2));
        await _sessions.SeeAsync(opened);
        Assert.Contains(_log.Lines, l => l.Text.Contains("It is not kept that", StringComparison.Ordinal));
        await Assert.ThrowsAsync<StorageException>(() => _sessions.EndAsync(opened));
        Assert.Null(_sessions.Find(secret));
        Assert.Contains(_log.Lines, l => l.Text.Contains("is there again after a restart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_browser_that_says_a_lot_is_cut_short()
    {
        Assert.Equal(200, (await OpenAsync(agent: new string('x', 5000))).Session.Agent.Length);
        Assert.Equal(199, (await OpenAsync(agent: new string('x', 199) + "😀")).Session.Agent.Length);
    }

    private Task<(BrowserSession Session, Secret Secret)> OpenAsync(string address = "::1", string agent = "") =>
        _sessions.OpenAsync(address, agent, Stop);

    private void Restart(Action<string>? between = null)
    {
        _sessions.Dispose();
        _file.Reopen(between);
        _sessions = New();
    }

    private Sessions New() => new(new SessionTable(_file.Database), _time, _log);
}
