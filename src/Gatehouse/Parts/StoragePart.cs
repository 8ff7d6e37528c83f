using Gatehouse.Storage;

namespace Gatehouse.Parts;

/// <summary>Tells of what keeps <c>hub.db</c> from being written, and tries until it can be again.</summary>
internal sealed class StoragePart(HubDatabase database, Troubles troubles, TimeProvider time) : IPart
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    public string Name => "storage";

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        database.TroubleChanged += Tell;
        try
        {
            Tell();
            using var timer = new PeriodicTimer(Period, time);
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (database.Trouble is not null) await TryAsync(stop);
            }
        }
        finally
        {
            database.TroubleChanged -= Tell;
        }
    }

    private void Tell()
    {
        if (database.Trouble is { } words) troubles.Report(Name, words);
        else troubles.Clear(Name);
    }

    private async Task TryAsync(CancellationToken stop)
    {
        try
        {
            await database.ProbeAsync(stop);
        }
        catch (StorageException)
        {
            // Told already.
        }
    }
}
