using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Gatehouse.Sdk.Clone;

/// <summary>Somebody who follows a view: a place in the order of its changes, and a bell.</summary>
internal sealed class KvWatch(KvView view, string prefix, long born)
{
    private readonly Channel<bool> _bell =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public string Prefix { get; } = prefix;

    /// <summary>Where the order ended when it began: what was deleted before is no news to it.</summary>
    public long Born { get; } = born;

    /// <summary>Up to where it has seen. Guarded by the view.</summary>
    public long Seen { get; set; }

    public void Signal() => _bell.Writer.TryWrite(true);

    public void Close() => _bell.Writer.TryComplete();

    public async IAsyncEnumerable<KvEntry> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        try
        {
            var news = new List<KvEntry>();
            do
            {
                while (_bell.Reader.TryRead(out _)) { }
                view.Collect(this, news);
                foreach (var entry in news)
                {
                    stop.ThrowIfCancellationRequested();
                    yield return entry;
                }
                news.Clear();
            }
            while (await _bell.Reader.WaitToReadAsync(stop).ConfigureAwait(false));
        }
        finally
        {
            view.Forget(this);
        }
    }
}
