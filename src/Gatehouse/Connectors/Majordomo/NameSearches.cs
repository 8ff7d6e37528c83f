using System.Threading.Channels;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// Carries searches for names out, one after the other and away from the loop: a bad pattern takes a tenth of a second, for which nobody
/// else shall wait.
/// </summary>
/// <param name="answer">Told of each reply, on any thread.</param>
internal sealed class NameSearches(Action<HubRequest, Reply> answer) : IAsyncDisposable
{
    private const int MostWaiting = 256;

    private readonly Channel<(HubRequest Request, NameSearch Search)> _waiting =
        Channel.CreateBounded<(HubRequest, NameSearch)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private Task? _running;

    /// <summary>Carries it out in its turn; when too many wait it is refused at once. One thread at a time.</summary>
    public void Add(HubRequest request, NameSearch search)
    {
        _running ??= RunAsync(_stop.Token);
        if (!_waiting.Writer.TryWrite((request, search))) answer(request, Reply.Busy($"{MostWaiting} searches wait already"));
    }

    /// <summary>What still waits is not carried out.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // It ends by being cancelled, and by nothing else.
        if (_running is not null) await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        Discovery? discovery = null;
        while (await _waiting.Reader.WaitToReadAsync(stop))
        {
            while (!stop.IsCancellationRequested && _waiting.Reader.TryRead(out var next))
            {
                answer(next.Request, Run(next.Search, discovery ??= new Discovery()));
            }
        }
    }

    private static Reply Run(NameSearch search, Discovery discovery)
    {
        try
        {
            return Reply.Ok(search.Run(discovery));
        }
        catch (Exception e)
        {
            // Whatever the engine of expressions makes of a pattern, its client is told, and the next one has its turn.
            return Reply.Failed($"mmi.discovery failed: {e.Message}");
        }
    }
}
