namespace Gatehouse.Services;

/// <summary>What a caller may want to know about a service.</summary>
internal sealed record ServiceInfo
{
    /// <summary>One sentence: what it does.</summary>
    public required string Summary { get; init; }

    /// <summary>Answers from memory without waiting, on the caller's thread.</summary>
    public bool Inline { get; init; }

    /// <summary>Calling twice does no more than calling once, so a caller may try again.</summary>
    public bool Idempotent { get; init; }

    /// <summary>The frames it takes, in words or as a JSON example; null for none.</summary>
    public string? Parameters { get; init; }

    /// <summary>The frames it returns, likewise.</summary>
    public string? Returns { get; init; }
}
