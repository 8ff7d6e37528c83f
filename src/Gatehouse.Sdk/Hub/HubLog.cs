namespace Gatehouse.Sdk.Hub;

/// <summary>What was read of a hub's log.</summary>
public sealed record HubLog
{
    /// <summary>The records, oldest first.</summary>
    public required IReadOnlyList<HubLogRecord> Records { get; init; }

    /// <summary>Ask for what comes after this next time, and nothing is missed or repeated.</summary>
    public required long After { get; init; }

    /// <summary>At most so many records were forgotten by the hub before they were asked for.</summary>
    public long Lost { get; init; }
}

/// <summary>One record of a hub's log.</summary>
public sealed record HubLogRecord
{
    /// <summary>Greater than that of every record before, also over restarts, unless the hub's clock was set back in between.</summary>
    public required long Number { get; init; }

    /// <summary>When it was written, UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>How grave it is: trace, debug, information, warning, error or critical.</summary>
    public required string Level { get; init; }

    /// <summary>Which part of the program wrote it, such as <c>Gatehouse.Tree.SequenceFile</c>.</summary>
    public required string Category { get; init; }

    /// <summary>What happened.</summary>
    public required string Message { get; init; }

    /// <summary>The exception with its stack; null for none.</summary>
    public string? Exception { get; init; }
}
