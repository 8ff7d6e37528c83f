using System.Net.WebSockets;
using System.Text;
using Gatehouse.Runtime.Logs;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;
using Gatehouse.Web.Streams;

namespace Gatehouse.Tests.Web.Streams;

/// <summary>The edges of a connection: its session, its rights, and peers that break the protocol (RFC 6455).</summary>
public sealed class StreamConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_ends_with_the_session_that_opened_it()
    {
        using var session = new CancellationTokenSource();
        using var pair = new Pair(AllowAll.Instance, session.Token);
        await session.CancelAsync();
        var received = await pair.Client.ReceiveAsync(new byte[100], _stop);
        Assert.Equal(
            (WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation, "the session has ended"),
            (received.MessageType, pair.Client.CloseStatus, pair.Client.CloseStatusDescription));
        await pair.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", _stop);
        await pair.Running.WaitAsync(Patience, TimeProvider.System, _stop);
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_the_end_is_left_after_a_second()
    {
        using var session = new CancellationTokenSource();
        using var pair = new Pair(AllowAll.Instance, session.Token);
        await session.CancelAsync();
        while (!pair.Running.IsCompleted)
        {
            pair.Time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.WhenAny(pair.Running, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, _stop));
        }
        await pair.Running;
    }

    [Fact]
    public async Task Who_may_not_read_the_log_is_refused()
    {
        using var pair = new Pair(new NoLog(), CancellationToken.None);
        await pair.Client.SendAsync("""{"open": 5, "log": {}}"""u8.ToArray(), WebSocketMessageType.Text, true, _stop);
        var buffer = new byte[1000];
        var received = await pair.Client.ReceiveAsync(buffer, _stop);
        Assert.Equal(
            """{"channel":5,"event":"refused","detail":"you may not read the log"}""", Encoding.UTF8.GetString(buffer, 0, received.Count));
        await pair.Client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", _stop);
        await pair.Running.WaitAsync(Patience, TimeProvider.System, _stop);
    }

    /// <summary>Section 5.2: reserved codes fail. 5.5: control frames are short. 8.1: text is UTF-8.</summary>
    [Theory]
    [InlineData("838100000000" + "41", 1002)]
    [InlineData("C18100000000" + "41", 1002)]
    [InlineData("89FE007E00000000", 1002)]
    [InlineData("81820000" + "0000C328", 1007)]
    public async Task A_frame_against_the_protocol_ends_it(string frame, int status)
    {
        await using var hub = await TestHub.StartAsync();
        using var raw = await RawPeer.OpenAsync(hub);
        await raw.SendAsync(Convert.FromHexString(frame));
        Assert.Equal(status, await raw.CloseStatusAsync());
    }

    [Fact]
    public async Task A_message_may_come_in_fragments_with_a_ping_between()
    {
        await using var hub = await TestHub.StartAsync();
        using var raw = await RawPeer.OpenAsync(hub);
        await raw.SendAsync(Frame(0x01, """{"open": 1, "cha"""), Frame(0x89, "hi"), Frame(0x80, """nges": {"prefixes": ["/none/"]}}"""));
        var frames = new[] { await raw.NextAsync(), await raw.NextAsync() };
        Assert.Contains(frames, f => f.Code == 0xA && Encoding.UTF8.GetString(f.Payload) == "hi");
        Assert.Contains(frames, f => f.Code == 1 && Encoding.UTF8.GetString(f.Payload).Contains("snapshot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_peer_that_vanishes_in_the_middle_leaves_nothing()
    {
        const int Many = 20; // more than the hub itself has
        await using var hub = await TestHub.StartAsync();
        using (var raw = await RawPeer.OpenAsync(hub))
        {
            for (var channel = 1; channel <= Many; channel++)
            {
                await raw.SendAsync(Frame(0x81, $$$"""{"open": {{{channel}}}, "changes": {"prefixes": ["/none/"]}}"""));
                await raw.NextAsync();
            }
            await raw.SendAsync(Frame(0x01, "{"));
            Assert.True(hub.Tree.Instruments.Watches >= Many);
        }
        while (hub.Tree.Instruments.Watches >= Many) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, _stop);
    }

    private static byte[] Frame(byte head, string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        return [head, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]; // masked by zeros
    }

    private sealed class NoLog : IAccess
    {
        public bool MayRead(Origin reader, Key key) => key.Text != "/hub/log";

        public bool MayWrite(Origin writer, Key key) => true;

        public bool MayCall(Origin caller, string service) => true;
    }

    /// <summary>A connection whose two ends are in this process.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly ValueTree _tree = Trees.New();
        private readonly StreamConnection _connection;

        public Pair(IAccess access, CancellationToken sessionEnd)
        {
            var (ours, theirs) = RawPeer.Pair();
            var server = WebSocket.CreateFromStream(ours, isServer: true, null, Timeout.InfiniteTimeSpan);
            Client = WebSocket.CreateFromStream(theirs, isServer: false, null, Timeout.InfiniteTimeSpan);
            _connection = new StreamConnection(server, new StreamSources(_tree, new LogTail(Time), access, Time), new Origin("test"));
            Running = _connection.RunAsync(CancellationToken.None, sessionEnd);
        }

        public ManualTime Time { get; } = new();

        public WebSocket Client { get; }

        public Task Running { get; }

        public void Dispose()
        {
            _connection.Dispose();
            Client.Dispose();
            _tree.Dispose();
        }
    }
}
