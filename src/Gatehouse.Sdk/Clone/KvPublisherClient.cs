using System.Buffers;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Clone;

/// <summary>
/// Sets values at a server of the clone protocols: a hub, RasPy, or any server by RFC 12. It connects at once and again whenever the
/// connection is lost. All members may be used by any thread. The protocols have no acknowledgement: what was on its way to a server that
/// went is lost, and a server that refuses a key does not say so.
/// </summary>
public sealed class KvPublisherClient : IAsyncDisposable
{
    private readonly KvPublisherOptions _options;
    private readonly List<KvOutlet> _outlets = [];
    private volatile bool _hasJoined;

    /// <summary>Sets values at one server.</summary>
    /// <param name="server">The first of its three ports: <c>tcp://127.0.0.1:5515</c>.</param>
    /// <param name="subtree">What the keys begin with, such as <c>/sensors/</c>.</param>
    /// <param name="form">How it is written; see <see cref="KvPublisherOptions.Form"/>.</param>
    /// <exception cref="ZmtpException">It is not an address to connect to.</exception>
    /// <exception cref="ArgumentException">The subtree has control characters.</exception>
    public KvPublisherClient(string server, string subtree = "", KvForm form = KvForm.Short)
        : this(new KvPublisherOptions { Servers = [KvServer.At(server)], Subtree = subtree, Form = form })
    {
    }

    /// <summary>Sets values as the options say.</summary>
    /// <exception cref="ZmtpException">One of them is not an address to connect to.</exception>
    /// <exception cref="ArgumentException">One of them cannot be.</exception>
    public KvPublisherClient(KvPublisherOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Checked();
        Subtree = KvSubtree.Normalize(options.Subtree, nameof(options));
        foreach (var server in options.Servers) _outlets.Add(new KvOutlet(server.Collector, _options));
    }

    /// <summary>What the keys begin with; it begins and ends with a slash.</summary>
    public string Subtree { get; }

    /// <summary>
    /// Values that a server went without because too much waited for it, or because it was not there while another one was. Only with two
    /// servers, or by PUB.
    /// </summary>
    public long Missed => _outlets.Sum(o => o.Missed);

    /// <summary>
    /// Sets a value. Done when it is handed to the connection; waits while no server is there, and, by PUSH, while too much waits.
    /// </summary>
    /// <param name="name">Its name below the subtree: <c>kitchen/temperature</c>.</param>
    /// <param name="value">Written as text: numbers and JSON as they are.</param>
    /// <param name="ttl">After how long the server deletes it, if it is not set again; null for never.</param>
    /// <param name="stop">Gives up waiting; the value is not set then.</param>
    /// <exception cref="ArgumentException">The name is none, or the value is an empty text: on the wire that deletes.</exception>
    /// <exception cref="NotSupportedException">The short form has no time to live.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed, maybe while this waited.</exception>
    public ValueTask SetAsync(string name, Value value, TimeSpan? ttl = null, CancellationToken stop = default)
    {
        var text = new ArrayBufferWriter<byte>();
        value.WriteText(text);
        return SetBytesAsync(name, text.WrittenMemory, ttl, stop);
    }

    /// <summary>As <see cref="SetAsync"/>, with the bytes as they go over the wire.</summary>
    /// <inheritdoc cref="SetAsync"/>
    public ValueTask SetBytesAsync(string name, ReadOnlyMemory<byte> value, TimeSpan? ttl = null, CancellationToken stop = default)
    {
        if (value.IsEmpty) throw new ArgumentException("A value of no bytes would delete the key; DeleteAsync does that.", nameof(value));
        if (ttl is not null && _options.Form == KvForm.Short)
        {
            throw new NotSupportedException("The short form has no time to live; name KvForm.Full, and the port of such a server.");
        }
        return SendAsync(KvSubtree.Key(Subtree, name), value, ttl, stop);
    }

    /// <summary>Deletes a key. RasPy's own server tells its subscribers so, and keeps the key all the same.</summary>
    /// <param name="name">Its name below the subtree.</param>
    /// <param name="stop">Gives up waiting; the key is not deleted then.</param>
    /// <exception cref="ArgumentException">The name is none.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed, maybe while this waited.</exception>
    public ValueTask DeleteAsync(string name, CancellationToken stop = default) =>
        SendAsync(KvSubtree.Key(Subtree, name), default, null, stop);

    /// <summary>Waits until every server is there to be told; with PUSH it says nothing, for values wait by themselves.</summary>
    /// <param name="stop">Gives it up.</param>
    public async Task WaitReadyAsync(CancellationToken stop = default)
    {
        foreach (var outlet in _outlets) await outlet.Ready.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Sends what waits for at most <see cref="KvPublisherOptions.Linger"/>, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var outlet in _outlets) await outlet.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask SendAsync(byte[] key, ReadOnlyMemory<byte> body, TimeSpan? ttl, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var message = KvWriter.Write(_options.Form, key, body, ttl);
        if (!_options.IsPub)
        {
            await _outlets[0].SendAsync(message, stop).ConfigureAwait(false);
            return;
        }
        if (!_hasJoined) await JoinAsync(stop).ConfigureAwait(false);
        if (!_outlets.Exists(o => o.Ready.IsCompleted)) await AnyAsync(stop).ConfigureAwait(false);
        foreach (var outlet in _outlets) await outlet.SendAsync(message, stop).ConfigureAwait(false);
    }

    private Task<Task> AnyAsync(CancellationToken stop) => Task.WhenAny(_outlets.Select(o => o.Ready)).WaitAsync(stop);

    private async Task JoinAsync(CancellationToken stop)
    {
        await AnyAsync(stop).ConfigureAwait(false);
        // The other one may be gone for long; whoever is there need not wait for it.
        await Task.WhenAny(Task.WhenAll(_outlets.Select(o => o.Ready)), Task.Delay(_options.JoinTimeout, _options.Time, stop))
            .ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        _hasJoined = true;
    }
}
