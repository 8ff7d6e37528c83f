using System.Text;
using System.Threading.Channels;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>What a broker was sent, and by whom.</summary>
internal sealed record Arrival(ZmtpPeer From, Frames Message)
{
    /// <summary>The frames as text, for comparing; control characters as they are.</summary>
    public string[] Text => [.. Enumerable.Range(0, Message.Count).Select(Message.Text)];
}

/// <summary>
/// A broker that does exactly what a test says: hands over what comes in, connection by connection, and sends what it is told to, right or
/// wrong.
/// </summary>
internal sealed class ScriptedBroker : IZmtpOwner, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IoLoop _loop = new("scripted-broker");
    private readonly Channel<Arrival> _arrivals = Channel.CreateUnbounded<Arrival>();
    private readonly Channel<ZmtpPeer> _opened = Channel.CreateUnbounded<ZmtpPeer>();
    private readonly Channel<ZmtpPeer> _closed = Channel.CreateUnbounded<ZmtpPeer>();
    private readonly Channel<ZmtpFault> _rejected = Channel.CreateUnbounded<ZmtpFault>();
    private readonly ZmtpEndpoint _endpoint;

    public ScriptedBroker(Func<string, string, bool>? check = null, string address = "tcp://127.0.0.1:0")
    {
        _endpoint = new ZmtpEndpoint(_loop, new ZmtpOptions { SocketType = ZmtpSocketType.Router, CheckPassword = check }, this);
        Address = _endpoint.Bind(address).ToString();
    }

    public string Address { get; }

    /// <summary>Answers by itself, on the loop, in place of handing over.</summary>
    public Action<ZmtpPeer, Frames>? Answer { get; set; }

    public ZmtpCounters Counters => _endpoint.Counters;

    public Task<Arrival> ReceiveAsync() => NextAsync(_arrivals);

    public Task<ZmtpPeer> OpenedAsync() => NextAsync(_opened);

    public Task<ZmtpPeer> ClosedAsync() => NextAsync(_closed);

    public Task<ZmtpFault> RejectedAsync() => NextAsync(_rejected);

    /// <summary>True when nothing more has come than was taken.</summary>
    public bool IsQuiet => _arrivals.Reader.Count == 0;

    public void Send(ZmtpPeer to, params string[] frames) => _loop.Post(() => to.Write(Of(frames)));

    public void Send(ZmtpPeer to, Frames frames) => _loop.Post(() => to.Write(frames));

    /// <summary>Sends them so that they arrive as one.</summary>
    public void SendTogether(ZmtpPeer to, params Frames[] messages) => _loop.Post(() =>
    {
        foreach (var message in messages) to.Write(message);
    });

    /// <summary>Does it in the loop's next round.</summary>
    public void Later(Action action) => _loop.Post(action);

    public void Close(ZmtpPeer peer) => _loop.Post(() => peer.Close(ZmtpFault.Dropped));

    public void Pause(ZmtpPeer peer) => _loop.Post(peer.PauseReading);

    public void Resume(ZmtpPeer peer) => _loop.Post(peer.ResumeReading);

    /// <summary>Answers a request of MDP 0.1 with these frames, in the name of the service that was asked.</summary>
    public void Reply(Arrival to, params string[] body) => Send(to.From, ["", "MDPC01", to.Text[2], .. body]);

    public static Frames Of(params string[] frames) => Frames.Of((IReadOnlyList<byte[]>)[.. frames.Select(Encoding.UTF8.GetBytes)]);

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _loop.Dispose();
    }

    void IZmtpOwner.Opened(ZmtpPeer peer) => _opened.Writer.TryWrite(peer);

    void IZmtpOwner.Received(ZmtpPeer peer, in ZmtpMessage message)
    {
        var frames = message.ToFrames();
        if (Answer is { } answer) answer(peer, frames);
        else _arrivals.Writer.TryWrite(new Arrival(peer, frames));
    }

    void IZmtpOwner.Closed(ZmtpPeer peer, ZmtpFault reason) => _closed.Writer.TryWrite(peer);

    void IZmtpOwner.Rejected(ZmtpPeer peer, ZmtpFault reason) => _rejected.Writer.TryWrite(reason);

    private static Task<T> NextAsync<T>(Channel<T> channel) =>
        channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TimeProvider.System);
}
