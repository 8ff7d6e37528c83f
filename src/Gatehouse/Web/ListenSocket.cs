using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Web;

/// <summary>Binds the listening socket, on the next free port when that is allowed.</summary>
internal static class ListenSocket
{
    private const int Tries = 100;

    /// <exception cref="SocketException">No port could be bound.</exception>
    public static Socket Bind(ListenAddress address)
    {
        for (var tried = 0; ; tried++)
        {
            var endPoint = new IPEndPoint(address.EndPoint.Address, address.EndPoint.Port + tried);
            var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(endPoint);
                return socket;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && address.MayMove && tried < Tries)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
