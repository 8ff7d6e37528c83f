using Gatehouse.Sdk.Values;

namespace Gatehouse.Requests.Store;

/// <summary>What can be asked of the store.</summary>
internal enum StoreAction : byte
{
    Get,
    Set,
    Delete,
    List,
    CompareAndSet,
}

/// <summary>The statuses of the store's answers, which are their last frame.</summary>
internal enum StoreStatus
{
    Ok = 200,
    NotFound = 404,

    /// <summary>The value is another than the one that was expected.</summary>
    Conflict = 409,

    /// <summary>Nothing was stored: the frames are too few, a name is none, a limit is reached, or the disk takes nothing.</summary>
    Error = 500,

    /// <summary>There is no such action.</summary>
    Unknown = 501,
}

/// <summary>The frames of a request to <c>titanic.store</c>, read: <c>[action][service][section][key][value]</c>.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Service">The first name.</param>
/// <param name="Section">The second one; null when it is not given.</param>
/// <param name="Key">The third one; likewise.</param>
/// <param name="Value">What to set.</param>
/// <param name="Expected">What must be there to set it; null when nothing may be. Of a comparison alone.</param>
internal readonly record struct StoreRequest(
    StoreAction Action, string Service, string? Section, string? Key, ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte>? Expected)
{
    private const int ServiceAt = 1, SectionAt = 2, KeyAt = 3, ValueAt = 4;

    /// <summary>How many of the frames were names.</summary>
    public int Names => Key is not null ? KeyAt : Section is not null ? SectionAt : ServiceAt;

    /// <summary>False with the status that is all that the answer has.</summary>
    /// <remarks>Frames behind those that an action has are ignored, for clients that send all five always; not of a comparison.</remarks>
    public static bool TryRead(Frames frames, out StoreRequest request, out StoreStatus refusal)
    {
        request = default;
        refusal = StoreStatus.Error;
        if (frames.Count < ServiceAt + 1) return false;
        if (ActionOf(frames[0].Span) is not { } action)
        {
            refusal = StoreStatus.Unknown;
            return false;
        }
        if (!HasEnough(action, frames.Count)) return false;
        var depth = action == StoreAction.List ? SectionAt : KeyAt;
        if (!TryReadName(frames, ServiceAt, depth, out var service) || !TryReadName(frames, SectionAt, depth, out var section)
            || !TryReadName(frames, KeyAt, depth, out var key))
        {
            return false;
        }
        var hasExpected = action == StoreAction.CompareAndSet && frames.Count > ValueAt + 1;
        request = new StoreRequest(
            action, service!, section, key,
            action is StoreAction.Set or StoreAction.CompareAndSet ? frames[hasExpected ? ValueAt + 1 : ValueAt] : default,
            hasExpected ? frames[ValueAt] : default(ReadOnlyMemory<byte>?));
        return true;
    }

    private static bool HasEnough(StoreAction action, int count) => action switch
    {
        StoreAction.Get => count > KeyAt,
        StoreAction.Set => count > ValueAt,
        StoreAction.CompareAndSet => count is ValueAt + 1 or ValueAt + 2,
        _ => true,
    };

    // A name that is not given is null, and no fault.
    private static bool TryReadName(Frames frames, int at, int depth, out string? name)
    {
        name = null;
        return at >= frames.Count || at > depth || StoreName.TryRead(frames[at].Span, out name);
    }

    private static StoreAction? ActionOf(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("get"u8) ? StoreAction.Get
        : word.SequenceEqual("set"u8) ? StoreAction.Set
        : word.SequenceEqual("delete"u8) ? StoreAction.Delete
        : word.SequenceEqual("list"u8) ? StoreAction.List
        : word.SequenceEqual("cas"u8) ? StoreAction.CompareAndSet
        : null;
}
