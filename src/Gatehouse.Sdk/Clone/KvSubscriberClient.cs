using System.Text;
using System.Threading.Channels;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Clone;

/// <summary>
/// A copy of what a server of the clone protocols has, or of a part of it, kept up to date: a hub's tree, RasPy's, or that of any server
/// by RFC 12. It connects at once and again whenever the connection is lost; what was missed meanwhile comes with a fresh snapshot. All
/// members may be used by any thread.
/// </summary>
public sealed class KvSubscriberClient : IAsyncDisposable
{
    // Nobody need listen; who does is told the latest.
    private readonly Channel<KvNotice> _notices = Channel.CreateBounded<KvNotice>(
        new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly KvView _view = new();
    private readonly KvSession _session;
    private readonly Task _telling;
    private volatile bool _isDisposed;

    /// <summary>Follows one server.</summary>
    /// <param name="server">The first of its three ports: <c>tcp://127.0.0.1:5515</c>.</param>
    /// <param name="subtree">The part of the keys that is wanted, such as <c>/device/</c>; empty for all.</param>
    /// <param name="form">How it writes; see <see cref="KvSubscriberOptions.Form"/>.</param>
    /// <exception cref="ZmtpException">It is not an address to connect to.</exception>
    public KvSubscriberClient(string server, string subtree = "", KvForm form = KvForm.Short)
        : this(new KvSubscriberOptions { Servers = [KvServer.At(server)], Subtree = subtree, Form = form })
    {
    }

    /// <summary>Follows as the options say.</summary>
    /// <exception cref="ZmtpException">One of them is not an address to connect to.</exception>
    /// <exception cref="ArgumentException">One of them cannot be.</exception>
    public KvSubscriberClient(KvSubscriberOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options.Checked();
        Subtree = KvSubtree.Filter(options.Subtree, nameof(options));
        _session = new KvSession(
            options.Loop ?? IoLoop.Shared, options, Encoding.UTF8.GetBytes(Subtree), _view, notice => _notices.Writer.TryWrite(notice));
        _telling = TellAsync();
        _session.Start();
    }

    /// <summary>
    /// Told what happens beside the values, on a thread of the pool, one after the other. What it throws comes out of
    /// <see cref="DisposeAsync"/>, and nothing more is told.
    /// </summary>
    public event Action<KvNotice>? Noticed;

    /// <summary>What the keys begin with; empty for all.</summary>
    public string Subtree { get; }

    /// <summary>The server that is followed, or tried, at present.</summary>
    public KvServer Server => _session.Server;

    /// <summary>Whether the values are those of the server. False from a lost connection until the next snapshot is complete.</summary>
    public bool IsReady => _session.Ready.IsCompletedSuccessfully;

    /// <summary>How many keys there are.</summary>
    public int Count => _view.Count;

    /// <summary>What it has counted until now.</summary>
    public KvSubscriberCounters Counters => new(_session.Follower.Counts);

    /// <summary>Waits until the values are those of the server; at once when they are.</summary>
    /// <param name="patience">For how long; null for ever.</param>
    /// <param name="stop">Gives it up.</param>
    /// <exception cref="KvUnreachableException">No server answered with a snapshot in that time; the message says why.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public async Task WaitReadyAsync(TimeSpan? patience = null, CancellationToken stop = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        try
        {
            await _session.Ready.WaitAsync(patience ?? Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new KvUnreachableException(Server, _session.Trouble);
        }
    }

    /// <summary>The value of a key; null when there is no such key.</summary>
    /// <param name="key">The whole key, with its subtree: <c>/device/x</c>.</param>
    public Value? Get(string key) => TryGet(key, out var entry) ? entry.Value : default(Value?);

    /// <summary>What a key holds, if it is there.</summary>
    public bool TryGet(string key, out KvEntry entry)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _view.TryGet(key, out entry);
    }

    /// <summary>All keys that are there, in order.</summary>
    /// <param name="prefix">What they begin with; nothing for all.</param>
    public IReadOnlyList<KvEntry> All(string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return _view.All(prefix);
    }

    /// <summary>
    /// What is there, and then what changes, without a gap and without a repeat, until the client is disposed. Who reads slowly gets the
    /// newest value of each key that changed meanwhile.
    /// </summary>
    /// <param name="prefix">What the keys begin with; nothing for all.</param>
    /// <param name="stop">Ends it, as leaving the loop does.</param>
    public IAsyncEnumerable<KvEntry> WatchAsync(string prefix = "", CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return ReadAsync(prefix, stop);
    }

    /// <summary>Closes the connections; who watches or waits is done.</summary>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await _session.StopAsync().ConfigureAwait(false);
        _view.Close();
        _notices.Writer.TryComplete();
        await _telling.ConfigureAwait(false);
    }

    private async IAsyncEnumerable<KvEntry> ReadAsync(
        string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var entry in _view.Watch(prefix).ReadAsync(stop).ConfigureAwait(false)) yield return entry;
    }

    private async Task TellAsync()
    {
        await foreach (var notice in _notices.Reader.ReadAllAsync().ConfigureAwait(false)) Noticed?.Invoke(notice);
    }
}
