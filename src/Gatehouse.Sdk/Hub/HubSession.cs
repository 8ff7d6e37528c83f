namespace Gatehouse.Sdk.Hub;

/// <summary>A browser that is signed in at a hub.</summary>
public sealed record HubSession
{
    /// <summary>What it is called.</summary>
    public required string Id { get; init; }

    /// <summary>When it signed in, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it asked for something last, UTC.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>The address it signed in from.</summary>
    public required string Address { get; init; }

    /// <summary>What the browser called itself, at most 200 characters; empty when it did not. Whatever the other end sent.</summary>
    public required string Agent { get; init; }

    /// <summary>True for the session that this list was asked for by; never for a program's, which has none.</summary>
    public bool Current { get; init; }
}

/// <summary>A code that opens the page once.</summary>
public sealed record HubCode
{
    /// <summary>The code, as it is typed.</summary>
    public required string Code { get; init; }

    /// <summary>When it stops to hold, UTC.</summary>
    public required DateTimeOffset Expires { get; init; }
}
