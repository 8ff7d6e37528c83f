using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// What a worker has to say to a broker that takes no more for now, in order. It holds what one handler has ready, so it is short: a
/// handler waits until its part is taken. On the loop.
/// </summary>
internal sealed class WorkerOutbox
{
    // The connection does not tell when it takes more; this is short to a person, and long to a loop.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Queue<Entry> _entries = [];
    private readonly IoLoop _loop;
    private IoTimer? _again;

    public WorkerOutbox(IoLoop loop) => _loop = loop;

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Sends a message now, or as soon as it is taken; then it says so.</summary>
    public void Send(ZmtpPeer peer, ReadOnlySpan<byte> head, byte[] body, TaskCompletionSource? sent)
    {
        if (IsEmpty && peer.Write(head, body))
        {
            sent?.TrySetResult();
            return;
        }
        _entries.Enqueue(new Entry(peer, head.ToArray(), body, sent));
        Pump();
    }

    /// <summary>The connection is gone.</summary>
    public void Clear()
    {
        _again?.Cancel();
        while (_entries.TryDequeue(out var entry)) entry.Sent?.TrySetException(Gone());
    }

    public static MdpConnectionLostException Gone() =>
        new("The connection that the request came over is gone: nobody waits for the reply.");

    private void Pump()
    {
        while (_entries.TryPeek(out var entry))
        {
            if (!entry.Peer.IsOpen)
            {
                Clear();
                return;
            }
            if (!entry.Peer.Write(entry.Head, entry.Body))
            {
                _again ??= _loop.StartTimer(Pause, Pump);
                _again.Restart(Pause);
                return;
            }
            _entries.Dequeue().Sent?.TrySetResult();
        }
    }

    private readonly record struct Entry(ZmtpPeer Peer, byte[] Head, byte[] Body, TaskCompletionSource? Sent);
}
