using Gatehouse.Sdk.Clone;

namespace Gatehouse.SystemTests.Support;

/// <summary>Waits for what a subscriber is to see.</summary>
internal static class Clones
{
    /// <summary>Waits until a key has this value as text; null: until it is gone.</summary>
    public static async Task UntilAsync(KvSubscriberClient subscriber, string key, string? value)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var limit = TimeProvider.System.CreateTimer(_ => patience.Cancel(), null, ChildProcess.Patience, Timeout.InfiniteTimeSpan);
        await using var watch = subscriber.WatchAsync(key, patience.Token).GetAsyncEnumerator(patience.Token);
        // It sees the end of the key only when it saw the key.
        if (value is null && subscriber.IsReady && !subscriber.TryGet(key, out _)) return;
        while (await watch.MoveNextAsync())
        {
            if (watch.Current.IsDeleted ? value is null : watch.Current.Value.ToString() == value) return;
        }
    }
}
