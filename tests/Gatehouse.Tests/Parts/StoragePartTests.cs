using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Storage;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Parts;

public sealed class StoragePartTests : IDisposable
{
    private readonly HubFile _file = new();
    private readonly DriverFixture _hub = new();
    private readonly Readiness _readiness = new();

    public StoragePartTests() => _readiness.BecomeReady();

    public void Dispose()
    {
        _hub.Dispose();
        _file.Dispose();
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_is_a_trouble_that_stays()
    {
        _file.Reopen(path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        });
        using var ending = new CancellationTokenSource();
        var running = RunAsync(ending.Token);
        _hub.Steps.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains(_file.Path, _readiness.NotYet, StringComparison.Ordinal);
        Assert.Equal(_readiness.NotYet, _hub.Text("/hub/trouble/storage"));
        await EndAsync(running, ending);
    }

    [Fact]
    public async Task A_trouble_that_ends_is_noticed_without_anybody_writing()
    {
        var stop = TestContext.Current.CancellationToken;
        using var ending = new CancellationTokenSource();
        var running = RunAsync(ending.Token);
        Assert.Null(_readiness.NotYet);
        await _file.Database.WriteAsync(s => s.Command("PRAGMA max_page_count = 1").ExecuteScalar(), stop);
        await Assert.ThrowsAsync<StorageException>(() => _file.Database.WriteAsync(
            s => s.Command("CREATE TABLE big AS WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 9999) "
                + "SELECT n FROM i")
                .ExecuteNonQuery(),
            stop));
        Assert.Contains("is full", _readiness.NotYet, StringComparison.Ordinal);
        var over = new TaskCompletionSource();
        _file.Database.TroubleChanged += over.SetResult;
        _hub.Steps.Advance(TimeSpan.FromSeconds(10));
        await over.Task.WaitAsync(stop);
        Assert.Null(_readiness.NotYet);
        Assert.Null(_hub.Text("/hub/trouble/storage"));
        await EndAsync(running, ending);
    }

    [Fact]
    public void What_only_wants_to_be_seen_leaves_the_hub_ready()
    {
        var troubles = new Troubles(_hub.Hub, _readiness);
        troubles.Warn("port", "the port is in use");
        Assert.Null(_readiness.NotYet);
        Assert.Equal("the port is in use", _hub.Text("/hub/trouble/port"));
        troubles.Report("port", "the port is in use");
        Assert.Equal("the port is in use", _readiness.NotYet);
        troubles.Report("disk", "the disk is full");
        troubles.Warn("port", "the port is in use");
        Assert.Equal("the disk is full", _readiness.NotYet);
        troubles.Clear("port");
        troubles.Clear("disk");
        Assert.Null(_readiness.NotYet);
        Assert.Null(_hub.Text("/hub/trouble/port"));
    }

    private Task RunAsync(CancellationToken stop) =>
        new StoragePart(_file.Database, new Troubles(_hub.Hub, _readiness), _hub.Time).RunAsync(_hub.Hub, stop);

    private static async Task EndAsync(Task running, CancellationTokenSource ending)
    {
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
