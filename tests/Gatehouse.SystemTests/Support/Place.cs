using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.SystemTests.Support;

/// <summary>Where a socket of ours and one on libzmq meet: a port of this machine, or a file.</summary>
internal sealed class Place(bool isFile) : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse-zmq-").FullName;
    private int _files;

    /// <summary>An address to bind to, a new one each time.</summary>
    public string Wanted => isFile ? $"ipc://{_folder}/{_files++}" : "tcp://127.0.0.1:*";

    /// <summary>Starts the peer, binds one of the two and connects the other.</summary>
    public async Task<ChildProcess> JoinAsync(ZmtpSocket ours, bool isOurBound, string what, string type, params string[] more)
    {
        var where = isOurBound ? ours.Bind(Wanted) : Wanted;
        var peer = Peers.Start("sockets.py", [what, type, isOurBound ? "connect" : "bind", where, .. more]);
        var address = await AddressOfAsync(peer);
        if (!isOurBound) ours.Connect(address);
        return peer;
    }

    public static async Task<string> AddressOfAsync(ChildProcess peer) =>
        (await peer.OutputLineAsync(line => line.StartsWith("AT ", StringComparison.Ordinal)))[3..];

    /// <summary>Receives, and gives up when nothing comes.</summary>
    public static async Task<Frames> TakeAsync(ZmtpSocket socket)
    {
        using var patience = new CancellationTokenSource(ChildProcess.Patience, TimeProvider.System);
        return await socket.ReceiveAsync(patience.Token);
    }

    /// <summary>The next message as texts.</summary>
    public static async Task<string[]> ReceiveAsync(ZmtpSocket socket)
    {
        var message = await TakeAsync(socket);
        return [.. Enumerable.Range(0, message.Count).Select(message.Text)];
    }

    /// <summary>Sends, and gives up when nobody takes it.</summary>
    public static async Task SendAsync(ZmtpSocket socket, Frames message)
    {
        using var patience = new CancellationTokenSource(ChildProcess.Patience, TimeProvider.System);
        await socket.SendAsync(message, patience.Token);
    }

    /// <summary>Waits until a socket's counters are as wanted.</summary>
    public static async Task UntilAsync(ZmtpSocket socket, Func<ZmtpSocketCounters, bool> wanted)
    {
        using var patience = new CancellationTokenSource(ChildProcess.Patience, TimeProvider.System);
        while (!wanted(socket.Counters))
        {
            Assert.False(patience.IsCancellationRequested, $"Still {socket.Counters}");
            await Task.Yield();
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return default;
    }
}
