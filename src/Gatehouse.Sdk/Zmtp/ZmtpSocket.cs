using System.Runtime.CompilerServices;
using System.Text;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp.Patterns;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>
/// A ZeroMQ socket: talks to libzmq's and to its own kind over <c>tcp://</c> and <c>ipc://</c>, by the pattern of its type. Bind it,
/// connect it, both, any number of times, in any order; lost connections come again by themselves. All members may be used by any thread;
/// several may send and receive at a time.
/// </summary>
public sealed class ZmtpSocket : IAsyncDisposable
{
    private readonly SocketQueues _queues;

    /// <summary>A socket with the options' defaults.</summary>
    public ZmtpSocket(ZmtpSocketType type) : this(new ZmtpOptions { SocketType = type }) { }

    /// <summary>A socket of the type that the options name.</summary>
    public ZmtpSocket(ZmtpOptions options) : this(options, IoLoop.Shared) { }

    internal ZmtpSocket(ZmtpOptions options, IoLoop loop, bool isPortable = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        Type = options.SocketType;
        _queues = new SocketQueues(options, loop, isPortable);
    }

    /// <summary>What kind of socket it is.</summary>
    public ZmtpSocketType Type { get; }

    /// <summary>What it has done until now, and what waits.</summary>
    public ZmtpSocketCounters Counters => new(_queues);

    internal ZmtpEndpoint Endpoint => _queues.Endpoint;

    /// <summary>Listens: <c>tcp://127.0.0.1:5555</c>, <c>tcp://*:*</c> for all addresses and any port, <c>ipc:///run/my.sock</c>.</summary>
    /// <returns>The address with the port that was chosen.</returns>
    /// <exception cref="ZmtpException">It cannot listen there; the message says why.</exception>
    public string Bind(string address)
    {
        ObjectDisposedException.ThrowIf(_queues.IsClosed, this);
        return _queues.Endpoint.Bind(address).ToString();
    }

    /// <summary>
    /// Connects, now or as soon as somebody listens there, and again whenever the connection is lost. Returns at once.
    /// </summary>
    /// <exception cref="ZmtpException">It is not an address that can be connected to.</exception>
    public void Connect(string address)
    {
        ObjectDisposedException.ThrowIf(_queues.IsClosed, this);
        _queues.Endpoint.Connect(address);
    }

    /// <summary>Listens no more at an address as <see cref="Bind"/> returned it; connections that came stay.</summary>
    /// <returns>False when it did not listen there.</returns>
    public Task<bool> UnbindAsync(string address) => _queues.Endpoint.UnbindAsync(ZmtpAddress.Parse(address));

    /// <summary>Closes a connection that <see cref="Connect"/> made; what waits for it is not sent.</summary>
    /// <returns>False when it was not connected there.</returns>
    public Task<bool> DisconnectAsync(string address) => _queues.Endpoint.DisconnectAsync(address);

    /// <summary>
    /// Sends a message of at least one frame. Done when it waits for a peer to take it; DEALER, PUSH, REQ, PAIR and a ROUTER with
    /// <see cref="ZmtpOptions.MandatoryRouting"/> wait while no peer has room for it, the others drop and count.
    /// </summary>
    /// <param name="message">The frames; for a ROUTER, the first one is the peer's identity.</param>
    /// <param name="stop">Gives up waiting; the message is not sent then.</param>
    /// <exception cref="ZmtpTurnException">A REQ or REP must receive first.</exception>
    /// <exception cref="ZmtpPeerException">Nobody has that identity (mandatory routing).</exception>
    /// <exception cref="NotSupportedException">A socket of this type does not send.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed, maybe while this waited.</exception>
    public ValueTask SendAsync(Frames message, CancellationToken stop = default) =>
        stop.IsCancellationRequested ? ValueTask.FromCanceled(stop) : _queues.SendAsync(message, stop);

    /// <summary>Sends a message where that is possible without waiting; throws as <see cref="SendAsync"/>.</summary>
    /// <returns>False when it would have to wait, and was not sent.</returns>
    public bool TrySend(Frames message) => _queues.TrySend(message);

    /// <summary>The next message, of each peer in turn.</summary>
    /// <param name="stop">Gives up waiting; no message is lost by it.</param>
    /// <exception cref="ZmtpTurnException">A REQ or REP must send first.</exception>
    /// <exception cref="ZmtpPeerException">The peer that a REQ asked went before it answered. The next request may be sent.</exception>
    /// <exception cref="NotSupportedException">A socket of this type does not receive.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed, maybe while this waited.</exception>
    public ValueTask<Frames> ReceiveAsync(CancellationToken stop = default) =>
        stop.IsCancellationRequested ? ValueTask.FromCanceled<Frames>(stop) : _queues.ReceiveAsync(stop);

    /// <summary>The next message, if there is one; throws as <see cref="ReceiveAsync"/>.</summary>
    public bool TryReceive(out Frames message) => _queues.TryReceive(out message);

    /// <summary>All messages as they come, until the socket is disposed.</summary>
    public async IAsyncEnumerable<Frames> ReadAllAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        while (true)
        {
            Frames message;
            try
            {
                message = await ReceiveAsync(stop).ConfigureAwait(false);
            }
            catch (ObjectDisposedException) when (_queues.IsClosed)
            {
                yield break;
            }

            yield return message;
        }
    }

    /// <summary>SUB, XSUB: wants messages whose first frame begins so; empty: all. As often subscribed, as often to be cancelled.</summary>
    public void Subscribe(ReadOnlySpan<byte> prefix) => _queues.Subscribe(prefix, true);

    /// <summary>SUB, XSUB: wants messages whose first frame begins with this text.</summary>
    public void Subscribe(string prefix) => Subscribe(Encoding.UTF8.GetBytes(prefix));

    /// <summary>SUB, XSUB: cancels one subscription to this prefix.</summary>
    /// <returns>False when there was none.</returns>
    public bool Unsubscribe(ReadOnlySpan<byte> prefix) => _queues.Subscribe(prefix, false);

    /// <summary>SUB, XSUB: cancels one subscription to this text.</summary>
    /// <returns>False when there was none.</returns>
    public bool Unsubscribe(string prefix) => Unsubscribe(Encoding.UTF8.GetBytes(prefix));

    /// <summary>
    /// Ends it: who waits gets <see cref="ObjectDisposedException"/>, what peers have not taken yet is sent for at most
    /// <see cref="ZmtpOptions.Linger"/>. Messages that nobody received are lost.
    /// </summary>
    public ValueTask DisposeAsync() => _queues.CloseAsync();
}
