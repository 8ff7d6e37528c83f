using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>A call that ends with one reply: parts that came before the last one stand before its frames.</summary>
internal abstract class WholeCall(ClientPool pool, byte[] service, in Frames frames, TimeSpan deadline)
    : ClientCall(pool, service, frames, deadline)
{
    private List<Frames>? _parts;
    private long _size;

    public override bool Take(in Frames frames, bool isFinal)
    {
        _size += frames.Size;
        if (_size > Pool.Options.MaxMessageSize) return false;
        if (isFinal)
        {
            End(new MdpResult(_parts is null ? frames : Join([.. _parts, frames])));
            return true;
        }
        (_parts ??= []).Add(frames);
        return true;
    }

    /// <summary>Begins again: what came of the reply was of a try that broke off.</summary>
    public void Restart() => (_parts, _size) = (null, 0);

    private static Frames Join(Frames[] parts)
    {
        var all = new List<ReadOnlyMemory<byte>>();
        foreach (var part in parts)
        {
            for (var i = 0; i < part.Count; i++) all.Add(part[i]);
        }
        return Frames.Create([.. all.Select(f => f.Length)], all, static (i, frame, all) => all[i].Span.CopyTo(frame));
    }
}

/// <summary>A call whose caller awaits it.</summary>
internal sealed class SingleCall(ClientPool pool, byte[] service, in Frames frames, TimeSpan deadline)
    : WholeCall(pool, service, frames, deadline)
{
    // Continuations run elsewhere: what the caller does next may take its time.
    private readonly TaskCompletionSource<MdpResult> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<MdpResult> Result => _told.Task;

    /// <summary>The caller waits no longer. Any thread.</summary>
    public void Cancel(CancellationToken stop)
    {
        if (_told.TrySetCanceled(stop)) Pool.Abandon(this);
    }

    protected override void Tell(in MdpResult result) => _told.TrySetResult(result);

    protected override void TellClosed() => _told.TrySetException(Disposed());
}
