using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Sdk.Io;

/// <summary>
/// Waits by <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, int)"/>, which every
/// system has; a pair of sockets on the loopback wakes it up. Each wait costs time for each watched socket.
/// </summary>
internal sealed class SelectPoller : IPoller
{
    private readonly Dictionary<Socket, (long Token, Interest Interest)> _watched = [];
    private readonly List<Socket> _read = [];
    private readonly List<Socket> _write = [];
    private readonly List<Socket> _failed = [];
    private readonly Dictionary<Socket, Interest> _seen = [];
    private readonly Queue<Readiness> _left = [];
    private readonly byte[] _drain = new byte[256];
    private readonly Socket _reader;
    private readonly Socket _writer;
    private int _isWoken;

    public SelectPoller()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        _writer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _writer.Connect(listener.LocalEndPoint!);
        do
        {
            // Somebody else may have been quicker to connect.
            _reader?.Dispose();
            _reader = listener.Accept();
        }
        while (!_reader.RemoteEndPoint!.Equals(_writer.LocalEndPoint));
        _reader.Blocking = false;
        _writer.Blocking = false;
    }

    public void Add(Socket socket, long token, Interest interest) => _watched.Add(socket, (token, interest));

    public void Change(Socket socket, long token, Interest interest) => _watched[socket] = (token, interest);

    public void Remove(Socket socket) => _watched.Remove(socket);

    public int Wait(Span<Readiness> ready, int milliseconds)
    {
        if (_left.Count == 0) Select(milliseconds < 0 ? -1 : (int)Math.Min(milliseconds * 1000L, int.MaxValue));
        var filled = 0;
        while (filled < ready.Length && _left.TryDequeue(out var item)) ready[filled++] = item;
        return filled;
    }

    public void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) != 0) return;
        try
        {
            _writer.Send([1], SocketFlags.None, out _);
        }
        catch (ObjectDisposedException)
        {
            // Ended meanwhile: nobody waits.
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    private void Select(int microseconds)
    {
        _read.Clear();
        _write.Clear();
        _failed.Clear();
        _read.Add(_reader);
        foreach (var (socket, (_, interest)) in _watched)
        {
            if ((interest & Interest.Read) != 0) _read.Add(socket);
            if ((interest & Interest.Write) != 0) _write.Add(socket);
            // A failed connect is an error on some systems, and writable on others.
            _failed.Add(socket);
        }

        Socket.Select(_read, _write.Count > 0 ? _write : null, _failed.Count > 0 ? _failed : null, microseconds);
        _seen.Clear();
        foreach (var socket in _read)
        {
            if (socket != _reader) _seen[socket] = Interest.Read;
            else Drain();
        }

        foreach (var socket in _write) _seen[socket] = _seen.GetValueOrDefault(socket) | Interest.Write;
        foreach (var socket in _failed) _seen[socket] = _seen.GetValueOrDefault(socket) | Interest.Failed;
        foreach (var (socket, seen) in _seen) _left.Enqueue(new Readiness(_watched[socket].Token, seen));
    }

    private void Drain()
    {
        // First the flag: a wake-up that comes now sends again.
        Volatile.Write(ref _isWoken, 0);
        _reader.Receive(_drain, SocketFlags.None, out _);
    }
}
