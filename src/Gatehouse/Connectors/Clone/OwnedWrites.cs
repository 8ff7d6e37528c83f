using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// Writes to keys that somebody owns, while their owners carry them out: so many at a time, for an owner may take long. Begun on the loop.
/// </summary>
/// <param name="tree">Where the owners are.</param>
/// <param name="failed">Told of each that was not done. Any thread.</param>
internal sealed class OwnedWrites(ValueTree tree, Action<Change, Origin, WriteResult> failed) : IAsyncDisposable
{
    public const int Most = 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    /// <summary>False when too many wait.</summary>
    public bool TryBegin(Change change, Origin origin)
    {
        if (_running.Count == Most && _running.RemoveAll(task => task.IsCompleted) == 0) return false;
        var task = RunAsync(change, origin);
        if (!task.IsCompletedSuccessfully) _running.Add(task);
        return true;
    }

    /// <summary>After the last one was begun.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private async Task RunAsync(Change change, Origin origin)
    {
        try
        {
            var result = await tree.WriteAsync(change, null, origin, _stop.Token);
            if (result.Status != WriteStatus.Done) failed(change, origin, result);
        }
        catch (OperationCanceledException)
        {
            failed(change, origin, new WriteResult(WriteStatus.Timeout, null, "the hub stops"));
        }
    }
}
