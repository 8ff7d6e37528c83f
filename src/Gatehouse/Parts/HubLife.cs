using Gatehouse.Runtime;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Parts;

/// <summary>Starts the parts with the host and ends them with it. What the platform would hide, a part that failed, it keeps.</summary>
internal sealed class HubLife(Hub hub, PartHost parts, Readiness readiness, IHostApplicationLifetime lifetime, TimeProvider time)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Why the hub had to stop; null when nothing failed.</summary>
    public Exception? Failure { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        hub.Tree.Own(new KeyFilter("/hub/"), new ReadOnlyOwner("the hub"));
        HubServices.Offer(hub, time);
        lifetime.ApplicationStopping.Register(readiness.BeginToStop);
        _running = RunAsync();
        try
        {
            // An essential part that fails for good ends the run: then nothing else will open either.
            await await Task.WhenAny(parts.Opened, _running).WaitAsync(cancellationToken);
        }
        catch
        {
            // A host that does not start does not stop what it has started.
            await _stop.CancelAsync();
            await _running;
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync()
    {
        try
        {
            await parts.RunAsync(_stop.Token);
        }
        catch (Exception e)
        {
            Failure = e;
            lifetime.StopApplication();
        }
    }
}
