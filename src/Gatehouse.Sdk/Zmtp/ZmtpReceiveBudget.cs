namespace Gatehouse.Sdk.Zmtp;

/// <summary>
/// What the unfinished messages of all peers of an endpoint may take together. Whoever is alone with a large one may finish it, whatever
/// its size: else a message larger than the budget could never come. Loop's thread only.
/// </summary>
internal sealed class ZmtpReceiveBudget(long limit)
{
    /// <summary>A rest of a message up to this size is small: many peers have one, and none is to blame for it.</summary>
    public const int Small = 4 * 1024;

    private int _largeCount;

    /// <summary>How many bytes all peers hold now.</summary>
    public long Held { get; private set; }

    /// <summary>A peer that held so many bytes holds another number now.</summary>
    /// <returns>Whether there is room for them.</returns>
    public bool Hold(ref int held, int count)
    {
        Held += count - held;
        _largeCount += (count > Small ? 1 : 0) - (held > Small ? 1 : 0);
        held = count;
        return count <= Small || Held <= limit || _largeCount == 1;
    }
}
