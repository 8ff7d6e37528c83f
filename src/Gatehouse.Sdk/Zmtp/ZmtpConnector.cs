using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk.Io;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>
/// Keeps one connection to an address: resolves the name off the loop, tries each address, and begins again after a growing, spread wait
/// when nobody is there or the peer has gone. Loop's thread only, but for resolving.
/// </summary>
internal sealed class ZmtpConnector(ZmtpEndpoint endpoint, ZmtpAddress address) : IReady, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private IoTimer? _again;
    private IoTimer? _patience;
    private EndPoint[] _points = [];
    private int _next;
    private Socket? _socket;
    private long _token;
    private bool _isWatched;
    private ZmtpPeer? _peer;
    private int _failures;
    private bool _isStopped;

    public ZmtpAddress Address { get; } = address;

    /// <summary>Ends when nobody resolves a name for it any more.</summary>
    public Task Resolving { get; private set; } = Task.CompletedTask;

    public void Start()
    {
        if (_isStopped) return;
        if (Address.Path is not null) Try([Address.UnixEndPoint]);
        else if (IPAddress.TryParse(Address.Host, out var literal)) Try([new IPEndPoint(literal, Address.Port)]);
        else Resolving = ResolveAsync();
    }

    public void Stop()
    {
        if (_isStopped) return;
        _again?.Cancel();
        GiveUp();
        Dispose();
    }

    /// <summary>Ends it without the loop, which has ended.</summary>
    public void Dispose()
    {
        if (_isStopped) return;
        _isStopped = true;
        _stop.Cancel();
        _stop.Dispose();
        _socket?.Dispose();
    }

    /// <summary>The handshake is done.</summary>
    public void Entered() => _failures = 0;

    /// <summary>The connection is gone.</summary>
    public void Left()
    {
        _peer = null;
        Later();
    }

    /// <summary>Closes its peer, if it has one.</summary>
    public void ClosePeer(ZmtpFault reason) => _peer?.Close(reason);

    void IReady.Ready(Interest seen)
    {
        // SO_ERROR does not tell: the runtime has read it by then, and reading clears it.
        if ((seen & Interest.Failed) == 0) Connected();
        else Next();
    }

    private async Task ResolveAsync()
    {
        EndPoint[] points = [];
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(Address.Host, _stop.Token).ConfigureAwait(false);
            points = [.. addresses.Select(a => new IPEndPoint(a, Address.Port))];
        }
        catch (Exception error) when (error is SocketException or ArgumentException or OperationCanceledException)
        {
            // Without an address the attempt counts as failed; the name may be known later.
        }

        endpoint.Loop.Post(() => Try(points));
    }

    private void Try(EndPoint[] points)
    {
        if (_isStopped) return;
        (_points, _next) = (points, 0);
        Next();
    }

    private void Next()
    {
        GiveUp();
        while (_next < _points.Length)
        {
            var point = _points[_next++];
            if (!TryBegin(point, out var isConnected)) continue;
            if (isConnected) Connected();
            return;
        }

        endpoint.Counters.Count(ZmtpFault.ConnectFailed);
        Later();
    }

    private bool TryBegin(EndPoint point, out bool isConnected)
    {
        isConnected = false;
        var socket = new Socket(point.AddressFamily, SocketType.Stream, point is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            socket.Blocking = false;
            socket.Connect(point);
            isConnected = true;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The usual way: the loop says when it is decided.
        }
        catch (SocketException)
        {
            socket.Dispose();
            return false;
        }

        _socket = socket;
        if (isConnected) return true;
        _token = endpoint.Loop.Register(socket, this, Interest.Write);
        _isWatched = true;
        var patience = endpoint.Options.HandshakeTimeout;
        if (patience > TimeSpan.Zero) _patience = endpoint.Loop.StartTimer(patience, Next);
        return true;
    }

    private void Connected()
    {
        var socket = _socket!;
        Unwatch();
        _socket = null;
        if (!IsConnectedToAnother(socket))
        {
            socket.Dispose();
            Next();
            return;
        }

        endpoint.Counters.ConnectedCount++;
        _peer = endpoint.Take(socket, _points[_next - 1], this);
    }

    private static bool IsConnectedToAnother(Socket socket)
    {
        try
        {
            // A port that nobody listens on can be chosen for this end as well: the socket then talks to itself.
            return socket.RemoteEndPoint is { } remote && !remote.Equals(socket.LocalEndPoint);
        }
        catch (SocketException)
        {
            // Refused, or broken already: it has no other end.
            return false;
        }
    }

    private void GiveUp()
    {
        if (_socket is null) return;
        Unwatch();
        _socket.Dispose();
        _socket = null;
    }

    private void Unwatch()
    {
        _patience?.Cancel();
        _patience = null;
        if (_isWatched) endpoint.Loop.Unregister(_socket!, _token);
        _isWatched = false;
    }

    private void Later()
    {
        if (_isStopped) return;
        var (first, most) = (endpoint.Options.ReconnectDelay, endpoint.Options.ReconnectMaximum);
        var longest = Math.Max(first.TotalMilliseconds, most.TotalMilliseconds);
        var delay = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)), longest);
        var spread = TimeSpan.FromMilliseconds(delay * (0.5 + endpoint.Options.Random()));
        if (_again is null) _again = endpoint.Loop.StartTimer(spread, Start);
        else _again.Restart(spread);
    }
}
