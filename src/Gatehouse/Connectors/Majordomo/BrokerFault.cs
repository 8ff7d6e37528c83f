namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// What peers do that they should not; each is counted. The first ones are those of the reader, <c>MdpFault</c>, with the same numbers.
/// </summary>
internal enum BrokerFault : byte
{
    None,
    EmptyMessage,
    MissingDelimiter,
    UnknownHeader,
    NoCommand,
    UnknownCommand,
    NoService,
    ReadyWithoutService,
    NoAddress,
    BadAddress,
    NoDelimiter,
    SurplusFrames,
    BadPackedHeader,
    WrongDirection,

    /// <summary>A second dialect on one connection.</summary>
    DialectChanged,

    /// <summary>A client that turns worker, or a worker that turns client.</summary>
    RoleChanged,

    /// <summary>The name is none that a service may have: it is empty or too long, is not UTF-8, or looks like another one.</summary>
    BadServiceName,

    /// <summary>A worker for a name that only the hub may offer.</summary>
    ReservedName,

    /// <summary>A worker for a name that something else in the hub offers.</summary>
    NameTaken,

    /// <summary>READY from a worker that was.</summary>
    SecondReady,

    /// <summary>A worker's message before READY, or after it had expired.</summary>
    NotReady,

    /// <summary>A reply of a worker that was asked nothing.</summary>
    ReplyUnasked,

    /// <summary>A reply for another client than the one that asked.</summary>
    ReplyToOther,

    /// <summary>A worker that goes on talking after it was told DISCONNECT.</summary>
    DeafToDisconnect,

    /// <summary>A worker that does not take its requests.</summary>
    TakesNothing,

    /// <summary>A worker that did not answer before its request's deadline.</summary>
    Overdue,
}
