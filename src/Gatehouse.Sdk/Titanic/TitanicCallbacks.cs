using System.Threading.Channels;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Titanic;

/// <summary>
/// Requests whose answers go to callbacks: each runs by itself, and its end is told once, one after the other, on a thread of the pool.
/// </summary>
internal sealed class TitanicCallbacks : IAsyncDisposable
{
    // Holds no more than was sent and is not told yet.
    private readonly Channel<(Action<TitanicResult> Callback, TitanicResult Result)> _ends =
        Channel.CreateUnbounded<(Action<TitanicResult>, TitanicResult)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Task> _running = [];
    private readonly Task _telling;
    private bool _isStopped;
    private long _number;
    private long _pending;

    public TitanicCallbacks() => _telling = TellAsync();

    public event Action<Exception>? Failed;

    public long Pending => Volatile.Read(ref _pending);

    /// <summary>Runs it, and tells how it ended.</summary>
    /// <param name="callback">Who is told.</param>
    /// <param name="id">As far as it is known.</param>
    /// <param name="call">Takes what it tells the id once it is known.</param>
    public void Start(Action<TitanicResult> callback, string id, Func<Action<string>, CancellationToken, Task<Frames>> call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopped, typeof(TitanicClient));
            Interlocked.Increment(ref _pending);
            var number = ++_number;
            var task = RunAsync(number, callback, id, call);
            // One that ends on another thread waits for the lock before it takes itself off.
            if (!task.IsCompleted) _running.Add(number, task);
        }
    }

    /// <summary>Ends what runs, and waits until all of it was told.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_isStopped;
            _isStopped = true;
            running = [.. _running.Values];
        }
        if (isFirst) await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        _ends.Writer.TryComplete();
        await _telling.ConfigureAwait(false);
        if (isFirst) _stop.Dispose();
    }

    private async Task RunAsync(
        long number, Action<TitanicResult> callback, string id, Func<Action<string>, CancellationToken, Task<Frames>> call)
    {
        TitanicResult result;
        try
        {
            var answer = await call(known => id = known, _stop.Token).ConfigureAwait(false);
            result = new(id, answer, null);
        }
        catch (GatehouseException error)
        {
            result = new(id, Frames.None, error);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            result = new(id, Frames.None, new TitanicUnavailableException(id, "the client was disposed of before the answer came"));
        }
        _ends.Writer.TryWrite((callback, result));
        lock (_gate) _running.Remove(number);
    }

    private async Task TellAsync()
    {
        await foreach (var (callback, result) in _ends.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                callback(result);
            }
            catch (Exception error)
            {
                // A callback's failure is its program's, and the next one is not to blame for it.
                Failed?.Invoke(error);
            }
            finally
            {
                Interlocked.Decrement(ref _pending);
            }
        }
    }
}
