using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk.Io;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>Accepts connections for an endpoint: one for each report, so that others have their turn.</summary>
internal sealed class ZmtpListener : IReady
{
    // Out of descriptors or memory, the connection stays in the queue and would be reported without end.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);
    private readonly ZmtpEndpoint _endpoint;
    private readonly Socket _socket;
    private long _token;
    private IoTimer? _breath;

    private ZmtpListener(ZmtpEndpoint endpoint, Socket socket, ZmtpAddress address)
    {
        (_endpoint, _socket, Address) = (endpoint, socket, address);
    }

    public ZmtpAddress Address { get; }

    /// <summary>Listens from now on; connections wait until <see cref="Start"/>. Any thread.</summary>
    /// <exception cref="ZmtpException">The address is taken, or not one of this machine.</exception>
    public static ZmtpListener Bind(ZmtpEndpoint endpoint, ZmtpAddress address)
    {
        Socket? socket = null;
        try
        {
            socket = address.Path is null ? BindTcp(address) : UnixFile.Bind(address);
            socket.Listen(512);
            socket.Blocking = false;
            var port = socket.LocalEndPoint is IPEndPoint point ? point.Port : 0;
            return new ZmtpListener(endpoint, socket, address.WithPort(port));
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket?.Dispose();
            throw new ZmtpException(address.ToString(), Explain(error, address), error);
        }
    }

    /// <summary>Loop's thread.</summary>
    public void Start() => _token = _endpoint.Loop.Register(_socket, this, Interest.Read);

    /// <summary>Loop's thread.</summary>
    public void Stop()
    {
        _breath?.Cancel();
        _endpoint.Loop.Unregister(_socket, _token);
        Abandon();
    }

    /// <summary>Closes without the loop, which has ended or never knew of it.</summary>
    public void Abandon()
    {
        _socket.Dispose();
        if (Address.HasFile && File.Exists(Address.Path)) File.Delete(Address.Path);
    }

    void IReady.Ready(Interest seen)
    {
        Socket socket;
        try
        {
            socket = _endpoint.Options.Accept(_socket);
        }
        catch (SocketException error) when (error.SocketErrorCode
            is SocketError.WouldBlock or SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted)
        {
            // It went away again before its turn.
            return;
        }
        catch (SocketException)
        {
            _endpoint.Loop.Change(_socket, _token, Interest.None);
            _breath = _endpoint.Loop.StartTimer(Breath, () => _endpoint.Loop.Change(_socket, _token, Interest.Read));
            return;
        }

        _endpoint.Counters.AcceptedCount++;
        _endpoint.Take(socket, RemoteOf(socket), null);
    }

    private static EndPoint? RemoteOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            // Gone already; the first receive will tell.
            return null;
        }
    }

    private static Socket BindTcp(ZmtpAddress address)
    {
        if (address.Host != "*" && !IPAddress.TryParse(address.Host, out _))
        {
            return BindTcp(new IPEndPoint(Dns.GetHostAddresses(address.Host)[0], address.Port), isDual: false);
        }

        if (address.Host != "*") return BindTcp(new IPEndPoint(IPAddress.Parse(address.Host), address.Port), isDual: false);
        return Socket.OSSupportsIPv6
            ? BindTcp(new IPEndPoint(IPAddress.IPv6Any, address.Port), isDual: true)
            : BindTcp(new IPEndPoint(IPAddress.Any, address.Port), isDual: false);
    }

    private static Socket BindTcp(IPEndPoint point, bool isDual)
    {
        var socket = new Socket(point.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (point.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = isDual;
            // No ReuseAddress: on Unix too it would let a second program listen there. Bind itself lets a restarted one have the port.
            socket.Bind(point);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Explain(Exception error, ZmtpAddress address)
    {
        if (error is not SocketException socket) return error.Message;
        return UnixFile.Explain(address, socket.SocketErrorCode) ?? Explain(socket);
    }

    private static string Explain(SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "another program listens there",
        SocketError.AddressNotAvailable => "this machine does not have that address",
        SocketError.AccessDenied => "this user may not listen there",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "there is no host of that name",
        _ => socket.Message,
    };
}
