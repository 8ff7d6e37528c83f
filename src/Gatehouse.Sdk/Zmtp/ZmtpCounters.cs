namespace Gatehouse.Sdk.Zmtp;

/// <summary>What a ZeroMQ socket has done since it was made. Written by its loop, read by any thread.</summary>
internal sealed class ZmtpCounters
{
    internal long AcceptedCount;
    internal long ConnectedCount;
    internal long PeerCount;
    internal long MessagesInCount;
    internal long MessagesOutCount;
    internal long BytesInCount;
    internal long BytesOutCount;
    internal long NotTakenCount;
    private readonly long[] _faults = new long[Enum.GetValues<ZmtpFault>().Length];

    /// <summary>Connections that came in.</summary>
    public long Accepted => Volatile.Read(ref AcceptedCount);

    /// <summary>Connections made to others.</summary>
    public long Connected => Volatile.Read(ref ConnectedCount);

    /// <summary>Peers whose handshake is done, at present.</summary>
    public long Peers => Volatile.Read(ref PeerCount);

    public long MessagesIn => Volatile.Read(ref MessagesInCount);

    public long MessagesOut => Volatile.Read(ref MessagesOutCount);

    public long BytesIn => Volatile.Read(ref BytesInCount);

    public long BytesOut => Volatile.Read(ref BytesOutCount);

    /// <summary>Messages that were not taken because too much waited for their peer already.</summary>
    public long NotTaken => Volatile.Read(ref NotTakenCount);

    /// <summary>How many connections ended, or were refused, for this reason.</summary>
    public long Faults(ZmtpFault reason) => Volatile.Read(ref _faults[(int)reason]);

    internal void Count(ZmtpFault reason) => _faults[(int)reason]++;
}
