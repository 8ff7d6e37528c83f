using Gatehouse.Sdk.Clone;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// What peers send that cannot be done; each is counted, and the peer stays. The first ones are those of the reader, <see cref="KvFault"/>,
/// with the same numbers.
/// </summary>
internal enum CloneFault : byte
{
    None,
    FrameCount,
    SequenceWidth,
    UuidSize,
    BadProperties,
    UnknownRequest,

    /// <summary>A time to live that is no number of seconds, or one of more than a hundred years.</summary>
    BadTtl,

    /// <summary>A key that the tree cannot have: not UTF-8, too long, with an empty segment, a dot or two for one, or control characters.</summary>
    BadKey,

    /// <summary>A key that means something else: KTHXBAI, HUGZ, or one below <c>/clone/</c>, which would leave as another.</summary>
    ReservedKey,

    /// <summary>The hub knows as many keys as it may.</summary>
    TooManyKeys,

    /// <summary>More bytes than a value may have.</summary>
    ValueTooLarge,

    /// <summary>The publisher has no right to set the key.</summary>
    Forbidden,

    /// <summary>Too many writes wait for the owners of their keys.</summary>
    TooManyWrites,

    /// <summary>The owner of the key did not carry out the write.</summary>
    WriteFailed,

    /// <summary>A subscriber whose subscriptions take more than they may; it is dropped.</summary>
    TooManySubscriptions,
}
