using Gatehouse.Runtime;

namespace Gatehouse.Parts;

/// <summary>
/// Tells systemd's watchdog that the hub lives, for as long as a set goes through the tree: a hub whose tree is stuck is restarted.
/// </summary>
internal sealed class KeepAlivePart(SystemdNotifier systemd, TimeProvider time) : IPart
{
    public string Name => "watchdog";

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        if (systemd.KeepAlivePeriod is not { } period) return;
        using var timer = new PeriodicTimer(period, time);
        do
        {
            hub.Tree.Settle();
            systemd.KeepAlive();
        }
        while (await timer.WaitForNextTickAsync(stop));
    }
}
