namespace Gatehouse.Requests;

/// <summary>How far a durable request is.</summary>
internal enum RequestState : byte
{
    /// <summary>It waits for its answer: not delivered yet, under way, or to be tried again.</summary>
    Pending,

    /// <summary>Its target answered.</summary>
    Answered,

    /// <summary>It was tried as often as the options allow, or may not be delivered at all.</summary>
    Failed,

    /// <summary>It waited for longer than the options allow.</summary>
    Expired,
}
