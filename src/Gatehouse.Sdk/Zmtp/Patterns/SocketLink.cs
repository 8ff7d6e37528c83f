using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>One peer as a socket sees it: what goes to it and what came from it, between the loop's thread and the program's.</summary>
internal sealed class SocketLink(ZmtpPeer peer, int sendLimit)
{
    // Guarded by the socket's lock.
    private Queue<SocketOutput> _out = new();
    private long _outBytes;
    private long _loopBytes;

    // The loop's thread.
    private Queue<SocketOutput> _sending = new();
    private long _sendingBytes;

    public ZmtpPeer Peer { get; } = peer;

    /// <summary>Bytes that wait to be taken by the system, as far as the program's side knows.</summary>
    public long Waiting => _outBytes + _loopBytes;

    public bool IsGone { get; set; }

    /// <summary>Where it stands among the socket's links.</summary>
    public int Place { get; set; }

    /// <summary>Whether the loop will look at what is to be sent.</summary>
    public bool IsDirty { get; set; }

    /// <summary>How many sends wait for this link and no other.</summary>
    public int Senders { get; set; }

    /// <summary>A number by which a pattern or a search knows that it has been here.</summary>
    public long Mark { get; set; }

    /// <summary>What a pattern keeps of it.</summary>
    public object? Tag { get; set; }

    /// <summary>Messages to be received.</summary>
    public Queue<SocketInput> In { get; } = new();

    public long InBytes { get; set; }

    /// <summary>Whether it has its turn among those with messages to be received.</summary>
    public bool IsListed { get; set; }

    /// <summary>Whether reading from it stopped because too much is to be received.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Messages that came in this round. Loop's thread.</summary>
    public List<SocketInput> Arrived { get; } = [];

    public long ArrivedBytes { get; set; }

    /// <summary>Whether reading was stopped in this round. Loop's thread.</summary>
    public bool IsPausing { get; set; }

    /// <summary>Whether one more message may wait; one always may when none does.</summary>
    public bool HasRoom(int size) => Waiting == 0 || Waiting + size <= sendLimit;

    public void Add(in SocketOutput output)
    {
        _out.Enqueue(output);
        _outBytes += output.Size;
    }

    /// <summary>Hands the loop what the program has added. Loop's thread, within the lock.</summary>
    public void Exchange()
    {
        IsDirty = false;
        if (_sending.Count == 0) (_sending, _out) = (_out, _sending);
        else while (_out.TryDequeue(out var output)) _sending.Enqueue(output);
        // After a burst, not while every round is one.
        if (_out.Capacity > 4096 && _sending.Count < _out.Capacity / 8) _out = new();
        _sendingBytes += _outBytes;
        _loopBytes += _outBytes;
        _outBytes = 0;
    }

    /// <summary>Learns how much the peer has taken. Loop's thread, within the lock.</summary>
    public void Update() => _loopBytes = _sendingBytes + Peer.Pending;

    /// <summary>The next message for the peer. Loop's thread.</summary>
    public bool TryPeek(out SocketOutput output) => _sending.TryPeek(out output);

    /// <summary>The peer has it. Loop's thread.</summary>
    public void Next() => _sendingBytes -= _sending.Dequeue().Size;

    /// <summary>Takes back what the peer did not get, oldest first. Loop's thread, within the lock.</summary>
    public IEnumerable<SocketOutput> TakeUnsent()
    {
        SocketOutput[] unsent = [.. _sending, .. _out];
        _sending.Clear();
        _out.Clear();
        (_outBytes, _loopBytes, _sendingBytes) = (0, 0, 0);
        return unsent;
    }
}

/// <summary>A message on its way out, or a subscription.</summary>
/// <param name="Message">Its frames; a subscription's only frame is the topic.</param>
/// <param name="From">The first frame that goes out.</param>
/// <param name="Head">Encoded frames that go before it.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct SocketOutput(Frames Message, int From, byte[]? Head, SocketOutputKind Kind)
{
    /// <summary>Its size on the wire, or a little more.</summary>
    public int Size { get; } = checked(ZmtpFrames.Size(Message) + (Head?.Length ?? 0));
}

internal enum SocketOutputKind : byte
{
    Message,
    Subscribe,
    Cancel,
}

/// <summary>A message to be received, and the encoded envelope that its reply needs.</summary>
internal readonly record struct SocketInput(Frames Message, byte[]? Envelope = null);
