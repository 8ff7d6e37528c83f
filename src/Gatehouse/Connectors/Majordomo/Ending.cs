using Gatehouse.Sdk.Majordomo;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>How a request ends that no worker answered.</summary>
internal enum Ending : byte
{
    NoWorker,
    AllBusy,
    QueueFull,
    WorkersDied,
    Overdue,
    ReplyTooLarge,
    Stopping,
}

/// <summary>The words for it: a status code for clients, a typed error for callers of the hub.</summary>
internal static class EndingWords
{
    private static readonly byte[] FailedBody = [0, (byte)Mdp.Failed.Length, .. Mdp.Failed];
    private static readonly byte[] NotFoundBody = [0, (byte)Mdp.NotFound.Length, .. Mdp.NotFound];
    private static readonly byte[] ForbiddenBody = [0, (byte)Mdp.Forbidden.Length, .. Mdp.Forbidden];

    /// <summary>The body of the reply to a client, encoded.</summary>
    public static ReadOnlySpan<byte> Body(this Ending ending) => ending == Ending.NoWorker ? NotFoundBody : FailedBody;

    /// <summary>The body of the reply to a client whose call to the hub failed, encoded.</summary>
    public static ReadOnlySpan<byte> Body(this CallStatus status) => status switch
    {
        CallStatus.NoSuchService => NotFoundBody,
        CallStatus.Forbidden => ForbiddenBody,
        _ => FailedBody,
    };

    public static Reply Reply(this Ending ending, string service) => ending switch
    {
        Ending.NoWorker => Services.Reply.NoSuchService(service),
        Ending.AllBusy => Services.Reply.Busy($"all workers of '{service}' were busy for too long; try again later"),
        Ending.QueueFull => Services.Reply.Busy($"too many requests wait for '{service}'; try again later"),
        Ending.WorkersDied => Services.Reply.Failed($"every worker of '{service}' that was given the request went away over it"),
        Ending.ReplyTooLarge => Services.Reply.Failed($"the reply of '{service}' is longer than majordomo.maxMessage allows"),
        Ending.Stopping => Services.Reply.Failed($"the broker stopped before '{service}' answered"),
        _ => new Reply(CallStatus.Timeout, default, $"'{service}' did not answer in time; it may still be at it"),
    };
}
