using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk.Io;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>All listeners, connectors and peers of one ZeroMQ socket, on one loop.</summary>
internal sealed class ZmtpEndpoint : IAsyncDisposable
{
    // Any thread.
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The loop's thread.
    private readonly List<ZmtpListener> _listeners = [];
    private readonly List<ZmtpConnector> _connectors = [];
    private readonly List<Task> _resolving = [];
    private readonly List<ZmtpPeer> _peers = [];
    private readonly Dictionary<byte[], ZmtpPeer> _identities = new(ByteComparer.Instance);
    private uint _lastIdentity;
    private bool _isStopping;

    /// <summary>Nothing happens before <see cref="Bind"/> or <see cref="Connect"/>.</summary>
    public ZmtpEndpoint(IoLoop loop, ZmtpOptions options, IZmtpOwner owner, bool isPortable = false)
    {
        if (options.Identity.Length > byte.MaxValue) throw new ArgumentException("An identity has at most 255 bytes.", nameof(options));
        (Loop, Options, Owner, IsPortable) = (loop, options, owner, isPortable);
        Terms = new ZmtpTerms(
            options.SocketType, options.Identity.Span, options.MaxMessageSize, options.MaxFrames, options.TakesPublishers);
        ReceiveBudget = new ZmtpReceiveBudget(options.ReceiveBudget);
        // Not from 0 each time: a message for a peer of an earlier run should find nobody.
        _lastIdentity = (uint)(options.Random() * uint.MaxValue);
    }

    public IoLoop Loop { get; }

    public ZmtpOptions Options { get; }

    public ZmtpCounters Counters { get; } = new();

    /// <summary>The peers whose connection is open, ready or not. Loop's thread only.</summary>
    public IReadOnlyList<ZmtpPeer> Peers => _peers;

    internal IZmtpOwner Owner { get; }

    internal ZmtpTerms Terms { get; }

    internal ZmtpReceiveBudget ReceiveBudget { get; }

    internal bool IsPortable { get; }

    /// <summary>Listens from now on. Any thread.</summary>
    /// <returns>The address, with the port that was chosen.</returns>
    /// <exception cref="ZmtpException">It cannot listen there; the message says why.</exception>
    public ZmtpAddress Bind(string address)
    {
        var listener = ZmtpListener.Bind(this, ZmtpAddress.Parse(address));
        var isPosted = Loop.Post(() =>
        {
            if (_isStopping)
            {
                listener.Abandon();
                return;
            }

            _listeners.Add(listener);
            listener.Start();
        });
        if (!isPosted) listener.Abandon();
        return listener.Address;
    }

    /// <summary>Connects, and connects again whenever the connection is lost, until <see cref="DisconnectAsync"/>. Any thread.</summary>
    /// <exception cref="ZmtpException">It is not an address.</exception>
    public void Connect(string address)
    {
        var target = ZmtpAddress.Parse(address);
        if (target is { Path: null, Port: 0 } or { Host: "*" }) throw new ZmtpException(address, "connecting needs a host and a port");
        Loop.Post(() =>
        {
            if (_isStopping) return;
            var connector = new ZmtpConnector(this, target);
            _connectors.Add(connector);
            connector.Start();
        });
    }

    /// <summary>Listens no more at an address that <see cref="Bind"/> returned; connections made there stay. Any thread.</summary>
    /// <returns>False when it did not listen there.</returns>
    public Task<bool> UnbindAsync(ZmtpAddress address) => OnLoopAsync(() =>
    {
        if (_listeners.Find(l => l.Address == address) is not { } listener) return false;
        listener.Stop();
        return _listeners.Remove(listener);
    });

    /// <summary>Closes the connection to an address, and tries no more. Any thread.</summary>
    /// <returns>False when it was not connected there, nor tried to.</returns>
    public Task<bool> DisconnectAsync(string address)
    {
        var target = ZmtpAddress.Parse(address);
        return OnLoopAsync(() =>
        {
            if (_connectors.Find(c => c.Address == target) is not { } connector) return false;
            connector.Stop();
            connector.ClosePeer(ZmtpFault.Stopped);
            _resolving.Add(connector.Resolving);
            return _connectors.Remove(connector);
        });
    }

    /// <summary>
    /// Takes no new connections, sends what waits for at most so long, and closes. The owner is told of each peer before this ends. Any
    /// thread but the loop's; again does no harm.
    /// </summary>
    public async ValueTask StopAsync(TimeSpan linger)
    {
        if (Loop.Post(() => Stop(linger))) await _stopped.Task.ConfigureAwait(false);
        else Abandon();
        await Task.WhenAll(_resolving).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => StopAsync(TimeSpan.Zero);

    /// <summary>A connection came about.</summary>
    internal ZmtpPeer? Take(Socket socket, EndPoint? remote, ZmtpConnector? connector)
    {
        if (_peers.Count >= Options.MaxPeers)
        {
            Counters.Count(ZmtpFault.TooManyPeers);
            socket.Dispose();
            connector?.Left();
            Owner.Crowded(remote);
            return null;
        }

        try
        {
            if (remote is IPEndPoint) Prepare(socket);
            var peer = new ZmtpPeer(this, socket, remote, connector);
            peer.Start();
            peer.Place = _peers.Count;
            _peers.Add(peer);
            return peer;
        }
        catch (Exception error) when (error is SocketException or Win32Exception)
        {
            // It broke at once, or the system watches no more sockets.
            Counters.Count(ZmtpFault.ConnectionLost);
            socket.Dispose();
            connector?.Left();
            return null;
        }
    }

    /// <summary>The handshake of a peer is done.</summary>
    internal void Entered(ZmtpPeer peer, byte[] identity)
    {
        // An identity that begins with 0 could be one that this side gives.
        if (identity is [] or [0, ..])
        {
            peer.Identity = NextIdentity();
        }
        else
        {
            if (_identities.TryGetValue(identity, out var older))
            {
                if (!Options.IdentityHandover)
                {
                    peer.Close(ZmtpFault.IdentityTaken);
                    return;
                }

                // At once: its owner shall not see two with the same identity. This runs within no call about the older one.
                older.Close(ZmtpFault.IdentityTaken);
                older.TellClosed();
            }

            peer.Identity = identity;
            _identities[identity] = peer;
        }

        peer.Connector?.Entered();
        Counters.PeerCount++;
        peer.IsKnown = true;
        Owner.Opened(peer);
    }

    /// <summary>A peer has closed; called outside of every other call to the owner.</summary>
    internal void Left(ZmtpPeer peer, ZmtpFault reason)
    {
        var last = _peers[^1];
        (_peers[peer.Place], last.Place) = (last, peer.Place);
        _peers.RemoveAt(_peers.Count - 1);
        Counters.Count(reason);
        if (peer.Identity.Length > 0 && System.Runtime.InteropServices.MemoryMarshal.TryGetArray(peer.Identity, out var identity)
            && _identities.TryGetValue(identity.Array!, out var holder) && holder == peer)
        {
            _identities.Remove(identity.Array!);
        }

        try
        {
            if (peer.IsKnown)
            {
                Counters.PeerCount--;
                Owner.Closed(peer, reason);
            }
            else
            {
                Owner.Rejected(peer, reason);
            }
        }
        finally
        {
            peer.Connector?.Left();
            if (_isStopping && _peers.Count == 0) _stopped.TrySetResult();
        }
    }

    private void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        if (!Options.KeepAlive) return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 20);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private byte[] NextIdentity()
    {
        var identity = new byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(identity.AsSpan(1), ++_lastIdentity);
        return identity;
    }

    private void Stop(TimeSpan linger)
    {
        if (!_isStopping)
        {
            _isStopping = true;
            foreach (var listener in _listeners) listener.Stop();
            foreach (var connector in _connectors) connector.Stop();
            _resolving.AddRange(_connectors.Select(c => c.Resolving));
            if (linger > TimeSpan.Zero) Loop.StartTimer(linger, CloseAll);
        }

        foreach (var peer in _peers)
        {
            if (peer.Pending > 0 && peer.IsKnown && linger > TimeSpan.Zero) peer.IsLingering = true;
            else peer.Close(ZmtpFault.Stopped);
        }

        if (_peers.Count == 0) _stopped.TrySetResult();
    }

    private void CloseAll()
    {
        foreach (var peer in _peers) peer.Close(ZmtpFault.Stopped);
    }

    // The loop has ended, so nobody uses them any more.
    private void Abandon()
    {
        foreach (var listener in _listeners) listener.Abandon();
        foreach (var connector in _connectors) connector.Dispose();
        foreach (var peer in _peers) peer.Dispose();
        _resolving.AddRange(_connectors.Select(c => c.Resolving));
    }

    private Task<bool> OnLoopAsync(Func<bool> action)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isPosted = Loop.Post(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return isPosted ? done.Task : Task.FromResult(false);
    }
}
