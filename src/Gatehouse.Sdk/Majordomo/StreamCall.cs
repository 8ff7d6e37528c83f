using System.Threading.Channels;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>A call whose reply comes in parts, read one by one. A reader that falls behind makes its lane stop reading.</summary>
internal sealed class StreamCall(ClientPool pool, byte[] service, in Frames frames, TimeSpan deadline)
    : ClientCall(pool, service, frames, deadline)
{
    /// <summary>Parts that wait for the reader before the lane stops.</summary>
    public const int Window = 64;

    // Bounded by the window, which the lane keeps to: a part that is here already must find room.
    private readonly Channel<MdpPart> _parts = Channel.CreateUnbounded<MdpPart>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = false });

    private int _unread;
    private bool _hasPassedOn;

    public override bool IsRenewed => true;

    public override bool MayRepeat => !_hasPassedOn;

    public override bool Take(in Frames frames, bool isFinal)
    {
        _hasPassedOn = true;
        var unread = Interlocked.Increment(ref _unread);
        _parts.Writer.TryWrite(new MdpPart(frames, isFinal));
        if (isFinal) End(new MdpResult(frames));
        else if (unread >= Window) Lane?.Pause();
        return true;
    }

    /// <summary>Reads them all. Whoever stops before the end gives the call up.</summary>
    public async IAsyncEnumerable<MdpPart> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        try
        {
            while (await _parts.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                while (_parts.Reader.TryRead(out var part))
                {
                    if (Interlocked.Decrement(ref _unread) == Window / 2) Pool.Resume(this);
                    yield return part;
                }
            }
        }
        finally
        {
            Pool.Abandon(this);
        }
    }

    protected override void Tell(in MdpResult result) => _parts.Writer.TryComplete(result.IsOk ? null : result.ToException());

    protected override void TellClosed() => _parts.Writer.TryComplete(Disposed());
}
