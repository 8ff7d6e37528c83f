using System.Runtime.ExceptionServices;

namespace Gatehouse.Devices;

/// <summary>
/// Carries out reads one after the other on one thread of its own, never on the pool. A read that takes long is left behind with its
/// thread, and another thread goes on with the rest: so many threads as reads hang, and one more.
/// </summary>
/// <param name="limit">A read that takes longer is counted as hung.</param>
/// <param name="patience">How long the other reads wait for a slow one; null for <see cref="UsualPatience"/>.</param>
internal sealed class AbandonableReader(string owner, HungReads hung, TimeProvider time, TimeSpan limit, TimeSpan? patience = null)
    : IDisposable
{
    public static readonly TimeSpan UsualPatience = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan _patience = patience ?? UsualPatience;

    private ReadingThread? _thread;

    /// <summary>One round: returns when every read has published, was left behind, or may not start.</summary>
    /// <exception cref="Exception">What a read failed with.</exception>
    public async Task ReadAsync(IReadOnlyList<AbandonableRead> reads, CancellationToken stop)
    {
        for (var i = 0; i < reads.Count; i++) reads[i].CheckHung(hung, time, limit);
        for (var next = 0; next < reads.Count;)
        {
            _thread ??= new ReadingThread(owner, hung, time);
            var round = _thread.ReadAsync(reads, next);
            next = await EndOfRoundAsync(round, _thread, stop) ?? reads.Count;
            if (_thread is null) reads[next - 1].LeaveBehind(hung);
        }
        for (var i = 0; i < reads.Count; i++)
        {
            if (reads[i].TakeFailure() is { } failure) ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose() => _thread?.Leave();

    // Null when all is read, else where another thread has to go on.
    private async Task<int?> EndOfRoundAsync(Task round, ReadingThread thread, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await round.WaitAsync(_patience, time, stop);
                return null;
            }
            catch (TimeoutException)
            {
                if (thread.LeaveAfter(_patience) is not { } next) continue;
                _thread = null;
                return next;
            }
        }
    }
}
