using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Bench;

/// <summary>Watches that follow as event streams do: read all there is, wait 50 ms, wait for news.</summary>
internal sealed class Watchers : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running;

    public Watchers(ValueTree tree, int count) => _running = [.. Enumerable.Range(0, count).Select(_ => FollowAsync(tree, _stop.Token))];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static async Task FollowAsync(ValueTree tree, CancellationToken stop)
    {
        using var watch = tree.Watch(KeyFilter.All, WatchMode.Latest, tree.Sequence, new Origin("bench"));
        var entries = new Entry[1024];
        while (true)
        {
            await watch.WaitAsync(stop);
            while (watch.Read(entries, out _) > 0) { }
            await Task.Delay(Pause, TimeProvider.System, stop);
        }
    }
}
