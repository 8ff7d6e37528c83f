namespace Gatehouse.Sdk.Clone;

/// <summary>Why a message is none of the clone protocols'.</summary>
internal enum KvFault : byte
{
    None,

    /// <summary>Neither three frames nor five; a request for a snapshot has one or two.</summary>
    FrameCount,

    /// <summary>The sequence number has neither four bytes nor eight.</summary>
    SequenceWidth,

    /// <summary>The uuid has neither sixteen bytes nor none.</summary>
    UuidSize,

    /// <summary>The properties are no lines of name, equals sign and value, each with its newline.</summary>
    BadProperties,

    /// <summary>What came where snapshots are asked for asks for none.</summary>
    UnknownRequest,
}
