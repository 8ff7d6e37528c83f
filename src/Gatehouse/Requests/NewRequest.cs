using Gatehouse.Sdk.Values;

namespace Gatehouse.Requests;

/// <summary>A request that somebody wants kept and delivered.</summary>
/// <param name="Id">The caller's own id, which makes repeating it harmless; null for one that the hub makes.</param>
/// <param name="Service">Who is to answer it; nobody needs to offer that yet.</param>
/// <param name="Frames">What the target is given.</param>
/// <param name="Peer">Who asked, in words.</param>
/// <param name="Callback">Where to tell that it has ended; null for nowhere.</param>
internal sealed record NewRequest(string? Id, string Service, Frames Frames, string Peer, string? Callback = null);

/// <summary>What became of a request that was to be kept.</summary>
internal enum AcceptStatus : byte
{
    /// <summary>It is on disk.</summary>
    Accepted,

    /// <summary>It was there already: the same id with the same content.</summary>
    Known,

    /// <summary>There is another request with that id.</summary>
    Conflict,

    /// <summary>It makes no sense: a bad id, a bad name, too many bytes.</summary>
    Invalid,

    /// <summary>So many wait already that no more are taken.</summary>
    Full,

    /// <summary>The disk did not take it; later it may.</summary>
    NotStored,
}

/// <summary>What became of a request that was to be kept.</summary>
/// <param name="Status">Whether it is kept.</param>
/// <param name="Id">Its id; empty when it has none.</param>
/// <param name="Reason">Why it is not kept, in words; null when it is.</param>
internal readonly record struct Acceptance(AcceptStatus Status, string Id, string? Reason)
{
    /// <summary>True when the request is on disk and will be delivered, or was.</summary>
    public bool IsKept => Status is AcceptStatus.Accepted or AcceptStatus.Known;
}
