namespace Gatehouse.Sdk.Hub;

/// <summary>
/// A feed's bytes, with what a parser cannot know: a hub that is silent for longer than three of its heartbeats is gone, and an event that
/// does not end is none. For one reader; the stream within stays its opener's.
/// </summary>
internal sealed class PatientStream(Stream inner, TimeProvider time) : Stream
{
    /// <summary>Three times the hub's heartbeat of 15 s.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(45);

    private long _received;

    /// <summary>Ends reads, beside what ends them here.</summary>
    public CancellationToken Stop { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Tells that an event was complete.</summary>
    public void BeginEvent() => _received = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var silence = new CancellationTokenSource(LongestSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(Stop, silence.Token, cancellationToken);
        var count = await inner.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        _received += count;
        return _received <= EventFeed.MostBytesPerEvent ? count
            : throw new InvalidDataException($"an event has more than {EventFeed.MostBytesPerEvent} bytes");
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
