namespace Gatehouse.Services;

/// <summary>What the directory counts. Any thread.</summary>
internal sealed class ServiceInstruments
{
    private readonly long[] _byStatus = new long[Enum.GetValues<CallStatus>().Length];
    private long _late;

    /// <summary>Calls that ended, all together.</summary>
    public long Calls => _byStatus.Sum();

    /// <summary>Replies that came when the call had ended already.</summary>
    public long LateReplies => Volatile.Read(ref _late);

    public long Of(CallStatus status) => Volatile.Read(ref _byStatus[(int)status]);

    public void Count(CallStatus status) => Interlocked.Increment(ref _byStatus[(int)status]);

    public void Late() => Interlocked.Increment(ref _late);
}
