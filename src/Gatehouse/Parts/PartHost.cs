using System.Globalization;
using Gatehouse.Runtime.Supervision;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Parts;

/// <summary>Runs all parts, each under its own supervisor, and shows their state as <c>/hub/part/{name}/…</c>.</summary>
internal sealed class PartHost(Hub hub, IEnumerable<IPart> parts, TimeProvider time, ILogger<Supervisor> logger)
{
    private static readonly Origin Host = new("hub");

    private readonly List<Supervisor> _supervisors = [];

    /// <summary>How each part is, in the order in which they were started.</summary>
    public IReadOnlyList<PartStatus> Parts
    {
        get
        {
            lock (_supervisors) return [.. _supervisors.Select(s => s.Status)];
        }
    }

    /// <summary>Done when all parts that are waited for are open; failed when one of them keeps the hub from starting.</summary>
    public Task Opened => Task.WhenAll(parts.OfType<IOpeningPart>().Select(part => part.Opened));

    /// <summary>Runs until the token is cancelled and all parts have ended.</summary>
    /// <exception cref="EssentialPartFailedException">A part the hub cannot be without stays down; the others have been ended.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = parts.Select(part => RunPartAsync(part, ending)).ToList();
        var failed = (await Task.WhenAll(running)).OfType<string>().ToList();
        if (failed.Count > 0) throw new EssentialPartFailedException(failed[0]);
    }

    // Returns the name of an essential part that failed for good.
    private async Task<string?> RunPartAsync(IPart part, CancellationTokenSource ending)
    {
        var policy = part is IEssentialPart ? RestartPolicy.Essential : RestartPolicy.Patient;
        var watched = part as IWatchedPart;
        var supervised = new Supervised(
            part.Name,
            stop => part.RunAsync(hub, stop),
            policy,
            watched is null ? null : () => (watched.Silence, watched.AllowedSilence));
        var supervisor = new Supervisor(supervised, time, logger, Random.Shared.NextDouble);
        lock (_supervisors) _supervisors.Add(supervisor);
        supervisor.Changed += Show;
        if (await supervisor.RunAsync(ending.Token) || part is not IEssentialPart) return null;
        await ending.CancelAsync();
        return part.Name;
    }

    private void Show(PartStatus status)
    {
        var branch = $"/hub/part/{KeySegment.EscapePath(status.Name)}";
        var quality = status.State is PartState.Failed ? Quality.Bad : Quality.Good;
        hub.Tree.Set(
            [
                new Change(hub.Tree.Intern($"{branch}/state"), Value.From(Words(status.State)), Quality: quality),
                new Change(hub.Tree.Intern($"{branch}/restarts"), Value.From(status.Restarts)),
                new Change(hub.Tree.Intern($"{branch}/error"), Value.From(status.LastError)),
                new Change(hub.Tree.Intern($"{branch}/since"), Value.From(Iso(status.Since))),
            ],
            Host);
    }

    private static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Words(PartState state) => state switch
    {
        PartState.Waiting => "waiting",
        PartState.Running => "running",
        PartState.BackingOff => "starting again",
        PartState.Failed => "failed",
        _ => "stopped",
    };
}

/// <summary>A part that the hub cannot be without stays down.</summary>
internal sealed class EssentialPartFailedException(string part)
    : Exception($"Part {part} is needed and stays down; see the messages above.");
