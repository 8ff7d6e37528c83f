using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Clone;

/// <summary>
/// One server of a publisher. By PUSH what is sent waits for the server; by PUB it reaches who has subscribed, so that is waited for: the
/// socket is an XPUB, which hears of it. Any thread.
/// </summary>
internal sealed class KvOutlet : IAsyncDisposable
{
    private readonly ZmtpSocket _socket;
    private readonly Task _listening;
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _absent;

    public KvOutlet(string address, KvPublisherOptions options)
    {
        _socket = new ZmtpSocket(
            new ZmtpOptions
            {
                SocketType = options.IsPub ? ZmtpSocketType.XPub : ZmtpSocketType.Push,
                UserName = options.UserName,
                Password = options.Password,
                Linger = options.Linger,
                ReconnectMaximum = TimeSpan.FromSeconds(1),
            },
            options.Loop ?? IoLoop.Shared);
        _socket.Connect(address);
        if (!options.IsPub) _ready.SetResult();
        _listening = options.IsPub ? ListenAsync() : Task.CompletedTask;
    }

    /// <summary>Ends when the server hears what is sent; another one when it no longer does.</summary>
    public Task Ready => Volatile.Read(ref _ready).Task;

    public long Missed => Volatile.Read(ref _absent) + _socket.Counters.PeerFull;

    public ValueTask SendAsync(Frames message, CancellationToken stop)
    {
        if (!Ready.IsCompleted) Interlocked.Increment(ref _absent);
        return _socket.SendAsync(message, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        // Who still waits for the server waits in vain.
        _ready.TrySetException(new ObjectDisposedException(nameof(KvPublisherClient)));
        _ = _ready.Task.Exception;
    }

    private async Task ListenAsync()
    {
        // Mostly one, to everything; when the last one goes, the server has gone.
        var subscriptions = 0;
        await foreach (var note in _socket.ReadAllAsync().ConfigureAwait(false))
        {
            subscriptions += note[0].Span is [1, ..] ? 1 : -1;
            if (subscriptions == 1) _ready.TrySetResult();
            else if (subscriptions == 0) Volatile.Write(ref _ready, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }
}
