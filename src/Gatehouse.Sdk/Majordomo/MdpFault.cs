namespace Gatehouse.Sdk.Majordomo;

/// <summary>Why a message is none of Majordomo's.</summary>
internal enum MdpFault : byte
{
    None,

    /// <summary>Nothing stands behind the empty frame, or there is nothing at all.</summary>
    EmptyMessage,

    /// <summary>A message of MDP 0.1 without the empty frame before it.</summary>
    MissingDelimiter,

    /// <summary>The header is of no dialect.</summary>
    UnknownHeader,

    /// <summary>The header is all there is.</summary>
    NoCommand,

    /// <summary>No such command in this dialect, or not one byte.</summary>
    UnknownCommand,

    /// <summary>A client's message that names no service.</summary>
    NoService,

    /// <summary>A worker that is ready for nothing.</summary>
    ReadyWithoutService,

    /// <summary>A request or reply of a worker without the client's address.</summary>
    NoAddress,

    /// <summary>An address of no bytes, or of more than 255.</summary>
    BadAddress,

    /// <summary>The address is not followed by one empty frame.</summary>
    NoDelimiter,

    /// <summary>More frames than the command has.</summary>
    SurplusFrames,

    /// <summary>The packed header of zeromq/majordomo does not say what it must.</summary>
    BadPackedHeader,

    /// <summary>What only the other side may say.</summary>
    WrongDirection,
}
