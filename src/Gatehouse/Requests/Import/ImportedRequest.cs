using Gatehouse.Sdk.Values;

namespace Gatehouse.Requests.Import;

/// <summary>A request of another database, as it was kept there.</summary>
/// <param name="Id">Its id, which it keeps.</param>
/// <param name="Service">Who is to answer it, or has.</param>
/// <param name="State">How far it was.</param>
/// <param name="Attempts">How often it may have been delivered.</param>
/// <param name="Tries">Of a pending one: how many of these had failed.</param>
/// <param name="Accepted">When it was taken.</param>
/// <param name="Ended">When it stopped being pending; null while it was.</param>
/// <param name="Reason">Why it failed or expired.</param>
/// <param name="Peer">Who asked.</param>
/// <param name="Callback">Where to tell that it has ended; null for nowhere, and when that was told.</param>
/// <param name="Frames">What the target is given.</param>
/// <param name="Answer">What the target answered.</param>
internal sealed record ImportedRequest(
    string Id,
    string Service,
    RequestState State,
    int Attempts,
    int Tries,
    DateTimeOffset Accepted,
    DateTimeOffset? Ended,
    string? Reason,
    string Peer,
    string? Callback,
    Frames Frames,
    Frames Answer);
