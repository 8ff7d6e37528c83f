using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Titanic;

/// <summary>How a request stands.</summary>
public enum TitanicState
{
    /// <summary>It was accepted, and there is no answer yet.</summary>
    Pending,

    /// <summary>The answer is there, until the request is closed or expires.</summary>
    Answered,

    /// <summary>There is no such request: it never was, was closed, has expired, or was given up after too many tries.</summary>
    Unknown,
}

/// <summary>How a request ended whose answer goes to a callback.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Frames">The answer of the service; none when there is an error.</param>
/// <param name="Error">Why there is no answer; null when there is one.</param>
public sealed record TitanicResult(string Id, Frames Frames, GatehouseException? Error)
{
    /// <summary>Whether there is an answer.</summary>
    public bool IsOk => Error is null;
}
