namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// What requests hold, all together and each caller's, and for how much more there is room. One caller has a share, so that it leaves
/// something to others; who holds nothing is let in with a small request however full it is.
/// </summary>
/// <param name="limit">How many bytes all together may hold.</param>
internal sealed class HeldBytes(long limit)
{
    /// <summary>What a request takes beside its bytes: many small ones hold memory too.</summary>
    public const int Overhead = 256;

    /// <summary>What a request of a caller that holds nothing may always have.</summary>
    public const int Small = 64 << 10;

    // A caller may hold one part in so many.
    private const int Shares = 4;

    // All callers of the hub together count as one.
    private long _ofHub;

    /// <summary>What all requests hold.</summary>
    public long All { get; private set; }

    /// <summary>Whether a new request may come in.</summary>
    /// <param name="client">Whose it is; null for a caller of the hub.</param>
    /// <param name="size">The bytes of its body.</param>
    public bool HasRoom(BrokerPeer? client, int size) => HasRoom(client, 0, size + (long)Overhead);

    /// <summary>Whether a request may have so much more.</summary>
    public bool MayGrow(Request request, int more) => HasRoom(request.Client, request.Held, more);

    /// <summary>A request takes more, or with a number below 0 less.</summary>
    public void Add(Request request, long size)
    {
        request.Held += size;
        All += size;
        if (request.Client is { } client) client.Held += size;
        else _ofHub += size;
    }

    private bool HasRoom(BrokerPeer? client, long ofRequest, long more)
    {
        var ofCaller = client?.Held ?? _ofHub;
        var isAlone = ofCaller == ofRequest;
        if (isAlone && ofRequest + more <= Small + Overhead) return true;
        return All + more <= limit && (isAlone || ofCaller + more <= limit / Shares);
    }
}
