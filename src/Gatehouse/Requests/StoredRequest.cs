using Gatehouse.Sdk.Values;

namespace Gatehouse.Requests;

/// <summary>A request as it is kept.</summary>
/// <param name="Id">How it is asked for.</param>
/// <param name="Service">Who is to answer it.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempts">How often it was delivered, or may have been, the delivery under way included.</param>
/// <param name="Accepted">When it was taken.</param>
/// <param name="Ended">When it stopped being pending.</param>
/// <param name="Frames">What the target is given; none in lists.</param>
/// <param name="Answer">What the target answered; none in lists.</param>
/// <param name="Reason">Why it failed or expired; of a pending one why the last attempt failed, as long as that is remembered.</param>
/// <param name="Peer">Who asked.</param>
/// <param name="Callback">Where to tell that it has ended.</param>
internal sealed record StoredRequest(
    string Id,
    string Service,
    RequestState State,
    int Attempts,
    DateTimeOffset Accepted,
    DateTimeOffset? Ended,
    Frames Frames,
    Frames Answer,
    string? Reason,
    string Peer,
    string? Callback);

/// <summary>Which requests a list is to hold.</summary>
/// <param name="State">Those of one state; null for all.</param>
/// <param name="Service">Those for one service, or with a dot at its end for all whose name starts with it; null for all.</param>
/// <param name="After">Those older than the one with this id; null from the newest on.</param>
/// <param name="Limit">How many at most.</param>
internal sealed record RequestQuery(RequestState? State, string? Service, string? After, int Limit);
