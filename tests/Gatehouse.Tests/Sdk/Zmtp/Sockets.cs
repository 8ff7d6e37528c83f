using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>Sockets of a test on a loop of its own; all are disposed, then the loop, which must have had nothing to complain of.</summary>
internal sealed class Sockets : IAsyncDisposable
{
    /// <summary>Longer than anything here takes on a loaded machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<ZmtpSocket> _sockets = [];
    private readonly List<Exception> _failures = [];
    private readonly bool _isPortable;

    public Sockets(bool isPortable = false)
    {
        _isPortable = isPortable;
        Loop = new IoLoop("test-sockets", poller: isPortable ? new SelectPoller() : null);
        Loop.Failed += error =>
        {
            lock (_failures) _failures.Add(error);
        };
    }

    public IoLoop Loop { get; }

    public ZmtpSocket New(ZmtpSocketType type, Func<ZmtpOptions, ZmtpOptions>? change = null)
    {
        var options = new ZmtpOptions { SocketType = type, ReconnectDelay = TimeSpan.FromMilliseconds(5) };
        var socket = new ZmtpSocket(change?.Invoke(options) ?? options, Loop, _isPortable);
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>A socket bound to a free port, and where that is.</summary>
    public (ZmtpSocket Socket, string Address) Bound(ZmtpSocketType type, Func<ZmtpOptions, ZmtpOptions>? change = null)
    {
        var socket = New(type, change);
        return (socket, socket.Bind("tcp://127.0.0.1:*"));
    }

    public ZmtpSocket Connected(ZmtpSocketType type, string address, Func<ZmtpOptions, ZmtpOptions>? change = null)
    {
        var socket = New(type, change);
        socket.Connect(address);
        return socket;
    }

    /// <summary>Waits until a socket's counters are as wanted.</summary>
    public static async Task UntilAsync(ZmtpSocket socket, Func<ZmtpSocketCounters, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!wanted(socket.Counters))
        {
            Assert.False(patience.IsCancellationRequested, $"Still {socket.Counters}");
            await Task.Yield();
        }
    }

    /// <summary>Sends; fails when nobody takes it in all that time.</summary>
    public static Task SendAsync(ZmtpSocket socket, Frames message) =>
        socket.SendAsync(message, CancellationToken.None).AsTask().WaitAsync(Patience, TimeProvider.System);

    /// <summary>Receives; fails when nothing comes in all that time.</summary>
    public static Task<Frames> TakeAsync(ZmtpSocket socket) =>
        socket.ReceiveAsync(CancellationToken.None).AsTask().WaitAsync(Patience, TimeProvider.System);

    /// <summary>The next message as texts.</summary>
    public static async Task<string[]> ReceiveAsync(ZmtpSocket socket) => Texts(await TakeAsync(socket));

    public static string[] Texts(Frames message) => [.. Enumerable.Range(0, message.Count).Select(message.Text)];

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets) await socket.DisposeAsync();
        Loop.Dispose();
        Assert.Empty(_failures);
    }
}
