using System.Text.Json;
using Gatehouse.Requests;
using Gatehouse.Requests.Callbacks;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Requests.Callbacks;

public sealed class CallbackSenderTests : IAsyncLifetime
{
    private readonly HubFile _file = new();
    private readonly ManualTime _time = new();
    private readonly LogLines<CallbackSender> _log = new();
    private RequestOptions _options = new() { CallbackTries = 3, CallbackDeadline = TimeSpan.FromMinutes(10) };
    private Life _life = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _life = new Life(this);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _life.DisposeAsync();
        _file.Dispose();
    }

    [Fact]
    public async Task Who_asked_for_it_is_told_what_came_of_the_request()
    {
        await using var server = new HookServer(_ => HookServer.Ok);
        var id = await AskAsync("shout", server.Address, "a", "b");
        var hooked = await server.NextAsync();
        Assert.Equal(("/hook", id, 1), (hooked.Path, hooked.Id, hooked.Try));
        var told = JsonDocument.Parse(hooked.Body).RootElement;
        Assert.Equal((id, "shout", "answered"), (
            told.GetProperty("id").GetString(), told.GetProperty("service").GetString(), told.GetProperty("state").GetString()));
        Assert.Equal("""["a","b"]""", told.GetProperty("frames").GetRawText());
        Assert.Equal(new StoredCallback(CallbackState.Delivered, 1, null, null), await UntilAsync(id, CallbackState.Delivered));
        Assert.Equal(0, _life.Sender.Open);
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "it was answered with status 500")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", "it was answered with status 302")]
    [InlineData(HookServer.Die, "")]
    [InlineData("SSH-2.0\r\n\r\n", "")]
    public async Task A_server_that_fails_is_called_again_and_given_up_in_the_end(string answer, string reason)
    {
        await using var server = new HookServer(_ => answer);
        var id = await AskAsync("shout", server.Address);
        var failed = await UntilAsync(id, CallbackState.Failed);
        Assert.Equal((3, null), (failed.Tries, failed.Next));
        Assert.Contains(reason, failed.Reason, StringComparison.Ordinal);
        for (var i = 1; i <= 3; i++) Assert.Equal(("/hook", i), ((await server.NextAsync()) is var h ? (h.Path, h.Try) : default));
        Assert.Equal((0, 0, 1), (server.Waiting, _life.Sender.Open, _log.Count(11102)));
    }

    [Fact]
    public async Task A_server_that_recovers_is_told_in_the_end()
    {
        await using var server = new HookServer(h => h.Try < 3 ? HookServer.Die : HookServer.Ok);
        var id = await AskAsync("shout", server.Address);
        Assert.Equal(3, (await UntilAsync(id, CallbackState.Delivered)).Tries);
    }

    [Fact]
    public async Task A_server_that_hangs_is_left_at_the_deadline_and_holds_up_nobody()
    {
        _options = new RequestOptions { CallbackTries = 2, CallbackDeadline = TimeSpan.FromSeconds(20) };
        await RestartAsync();
        await using var hanging = new HookServer(_ => HookServer.Hang);
        await using var quick = new HookServer(_ => HookServer.Ok);
        var slow = new List<string>();
        var slowHost = hanging.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        for (var i = 0; i < 20; i++) slow.Add(await AskAsync("shout", slowHost));
        await hanging.NextAsync();
        await AskAsync("shout", quick.Address);
        await quick.NextAsync();
        var failed = await UntilAsync(slow[^1], CallbackState.Failed);
        Assert.Equal("there was no answer within 20 s", failed.Reason);
    }

    [Fact]
    public async Task An_endless_answer_is_not_read()
    {
        await using var server = new HookServer(_ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + string.Concat(Enumerable.Repeat($"400\r\n{new string('x', 1024)}\r\n", 2000)));
        var id = await AskAsync("shout", server.Address);
        Assert.Equal(1, (await UntilAsync(id, CallbackState.Delivered)).Tries);
    }

    [Fact]
    public async Task A_restart_forgets_no_callback_and_repeats_none_that_was_made()
    {
        var isUp = false;
        await using var server = new HookServer(_ => isUp ? HookServer.Ok : HookServer.Die);
        var early = await AskAsync("shout", server.Address, "early");
        var pending = await AskAsync("nobody", server.Address, "pending");
        Assert.Equal(1, (await server.NextAsync()).Try);
        await RestartAsync();
        isUp = true;
        await UntilAsync(early, CallbackState.Delivered);
        Assert.Equal(early, (await server.NextAsync()).Id);
        Assert.Equal(CallbackState.Waiting, _life.Sender.Find(pending)!.State);
        await RestartAsync();
        _life.Offer("nobody");
        await UntilAsync(pending, CallbackState.Delivered);
        Assert.Equal((pending, 1), (await server.NextAsync()) is var h ? (h.Id, h.Try) : default);
        await RestartAsync();
        Assert.Equal((0, 0), (_life.Sender.Open, server.Waiting));
    }

    [Fact]
    public async Task Who_closes_a_request_is_not_called_any_more()
    {
        await using var server = new HookServer(_ => HookServer.Die);
        var id = await AskAsync("shout", server.Address);
        await server.NextAsync();
        Assert.True(await _life.Queue.CloseAsync(id, Stop));
        while (_life.Sender.Open > 0) await TurnAsync();
        Assert.Null(_life.Sender.Find(id));
        await RestartAsync();
        Assert.Equal(0, _file.Database.Read(s => (long)s.Command("SELECT count(*) FROM request_callback").ExecuteScalar()!));
    }

    [Fact]
    public async Task A_host_that_the_option_names_no_longer_is_not_called()
    {
        await using var server = new HookServer(_ => HookServer.Ok);
        var id = await AskAsync("nobody", server.Address);
        _options = new RequestOptions { CallbackHosts = ["hooks.lan"] };
        await RestartAsync();
        _life.Offer("nobody");
        Assert.Contains("requests.callbackHosts", (await UntilAsync(id, CallbackState.Failed)).Reason, StringComparison.Ordinal);
        Assert.Equal(0, server.Waiting);
    }

    private async Task<string> AskAsync(string service, string callback, params string[] frames)
    {
        var accepted = await _life.Queue.AcceptAsync(new NewRequest(null, service, Frames.Of(frames), "test", callback), Stop);
        Assert.Equal(AcceptStatus.Accepted, accepted.Status);
        _life.Sender.Watch(accepted.Id, callback);
        return accepted.Id;
    }

    private async Task<StoredCallback> UntilAsync(string id, CallbackState state)
    {
        StoredCallback? found;
        while ((found = _life.Sender.Find(id))?.State != state) await TurnAsync();
        return found!;
    }

    private async Task TurnAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(0.5));
        await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Stop);
    }

    private async Task RestartAsync()
    {
        await _life.DisposeAsync();
        _file.Reopen();
        _life = new Life(this);
        await _life.Started;
    }

    /// <summary>One run of the queue and of who calls back.</summary>
    private sealed class Life : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Life(CallbackSenderTests test)
        {
            Services = new ServiceDirectory(test._time, AllowAll.Instance);
            Offer("shout");
            Queue = new RequestQueue(test._file.Database, Services, test._options, test._time, NullLogger<RequestQueue>.Instance);
            Sender = new CallbackSender(Queue, test._file.Database, test._options, test._time, test._log);
            Started = Queue.Dispatcher.StartAsync(_stop.Token);
            _running = Sender.RunAsync(null!, _stop.Token);
        }

        public Task Started { get; }

        public ServiceDirectory Services { get; }

        public RequestQueue Queue { get; }

        public CallbackSender Sender { get; }

        public void Offer(string name) => Services.Offer(
            ServiceName.Parse(name), new InlineOwner("test", call => Reply.Ok(call.Frames)), new ServiceInfo { Summary = "Echo." });

        public async ValueTask DisposeAsync()
        {
            await Started;
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
            Sender.Dispose();
            Queue.Dispose();
            _stop.Dispose();
        }
    }
}
