using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// Asks services by way of a Majordomo broker. Any number of calls at a time, from any thread; each ends with one reply or one error, at
/// its deadline at the latest. The connection is made, and made again, without anybody having to wait for it.
/// </summary>
/// <remarks>
/// MDP does not say which request a reply belongs to. Each request therefore has a connection to itself until its reply came; one that was
/// given up costs the connection, so that a late reply can never be taken for another's.
/// </remarks>
public sealed class MdpClient : IAsyncDisposable
{
    private readonly ClientPool _pool;

    /// <summary>Makes a client. It connects when it is first asked.</summary>
    /// <param name="address">The broker's address, such as <c>tcp://127.0.0.1:5514</c>.</param>
    /// <param name="options">How it asks; null for the defaults.</param>
    /// <exception cref="ZmtpException">It is not an address to connect to.</exception>
    public MdpClient(string address, MdpClientOptions? options = null)
    {
        options = (options ?? new()).Checked();
        _pool = new ClientPool(options.Loop ?? IoLoop.Shared, MdpChecks.Address(address), options);
    }

    /// <summary>The broker's address.</summary>
    public string Address => _pool.Address;

    /// <summary>
    /// Messages that were no reply to what was asked: doubled, of another service, or of another protocol. Each cost its connection.
    /// </summary>
    public long Strays => _pool.Strays;

    internal ClientPool Pool => _pool;

    /// <summary>
    /// Asks a service and waits for the reply. MDP has no errors: where the broker finds nobody for the name it answers the single frame
    /// <c>404</c>, and <c>500</c> where nobody did it. Both are returned as any reply is and throw nothing; services may answer so, too.
    /// </summary>
    /// <param name="service">Its name: 1 to 255 bytes, no control characters.</param>
    /// <param name="frames">The request's body. One without frames is sent as one empty frame, for a body has at least one.</param>
    /// <param name="deadline">How long it may take; null for that of the options.</param>
    /// <param name="stop">Gives the call up. A request that was sent may be carried out all the same.</param>
    /// <returns>
    /// The reply's body. A broker's <c>404</c> is one too, as is its <c>500</c>: one frame with this text.
    /// </returns>
    /// <exception cref="ArgumentException">The name is none, or the deadline.</exception>
    /// <exception cref="MdpException">There is no reply; the leaf says why.</exception>
    public async Task<Frames> CallAsync(
        string service, Frames frames = default, TimeSpan? deadline = null, CancellationToken stop = default) =>
        (await TryCallAsync(service, frames, deadline, stop).ConfigureAwait(false)).OrThrow();

    /// <summary>As <see cref="CallAsync"/>, with the error as a result.</summary>
    /// <inheritdoc cref="CallAsync"/>
    public async Task<MdpResult> TryCallAsync(
        string service, Frames frames = default, TimeSpan? deadline = null, CancellationToken stop = default)
    {
        stop.ThrowIfCancellationRequested();
        var call = new SingleCall(_pool, MdpChecks.Service(service, nameof(service)), frames, Limit(deadline));
        _pool.Submit(call);
        using var registration = stop.UnsafeRegister(static (state, token) => ((SingleCall)state!).Cancel(token), call);
        return await call.Result.ConfigureAwait(false);
    }

    /// <summary>
    /// Asks a service that answers in parts, and passes them on as they come; the last one is marked. MDP 0.1 has only that one. Parts wait
    /// for a slow reader at the other end.
    /// </summary>
    /// <param name="service">Its name: 1 to 255 bytes, no control characters.</param>
    /// <param name="frames">The request's body.</param>
    /// <param name="deadline">How long each part may take; null for that of the options.</param>
    /// <param name="stop">Gives the call up, as leaving the loop does.</param>
    /// <exception cref="MdpException">The rest of the reply does not come; the leaf says why. Nothing is asked again after the first
    /// part.</exception>
    public IAsyncEnumerable<MdpPart> StreamAsync(
        string service, Frames frames = default, TimeSpan? deadline = null, CancellationToken stop = default)
    {
        var name = MdpChecks.Service(service, nameof(service));
        var limit = Limit(deadline);
        return StreamAsync(name, frames, limit, stop);
    }

    /// <summary>The names of services that match a regular expression, as the broker writes them: <c>\.devices$</c>.</summary>
    /// <param name="expression">Found anywhere in a name, and case counts.</param>
    /// <param name="deadline">How long it may take; null for that of the options.</param>
    /// <param name="stop">Gives the call up.</param>
    /// <exception cref="ArgumentException">The broker takes it for no regular expression, or knows no <c>mmi.discovery</c>.</exception>
    /// <exception cref="MdpException">There is no reply; the leaf says why.</exception>
    public async Task<IReadOnlyList<string>> DiscoverAsync(
        string expression, TimeSpan? deadline = null, CancellationToken stop = default)
    {
        var reply = await CallAsync("mmi.discovery", Frames.Of(expression), deadline, stop).ConfigureAwait(false);
        var status = reply.Count == 0 ? "" : reply.Text(reply.Count - 1);
        if (status == "501") throw new ArgumentException($"The broker cannot search for '{expression}'.", nameof(expression));
        if (status != "200") throw new MdpReplyException($"The broker at {Address} answered mmi.discovery without a status 200.");
        var names = new string[reply.Count - 1];
        for (var i = 0; i < names.Length; i++) names[i] = reply.Text(i);
        return names;
    }

    /// <summary>Whether anybody answers to a name at present.</summary>
    /// <param name="service">The name.</param>
    /// <param name="deadline">How long it may take; null for that of the options.</param>
    /// <param name="stop">Gives the call up.</param>
    /// <exception cref="MdpException">There is no reply; the leaf says why.</exception>
    public async Task<bool> HasServiceAsync(string service, TimeSpan? deadline = null, CancellationToken stop = default)
    {
        MdpChecks.Service(service, nameof(service));
        var reply = await CallAsync("mmi.service", Frames.Of(service), deadline, stop).ConfigureAwait(false);
        return (reply.Count == 0 ? "" : reply.Text(reply.Count - 1)) switch
        {
            "200" => true,
            "404" => false,
            _ => throw new MdpReplyException($"The broker at {Address} answered mmi.service neither 200 nor 404."),
        };
    }

    /// <summary>Closes the connections. Calls that have not ended fail with an <see cref="ObjectDisposedException"/>.</summary>
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private async IAsyncEnumerable<MdpPart> StreamAsync(
        byte[] service, Frames frames, TimeSpan deadline, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var call = new StreamCall(_pool, service, frames, deadline);
        _pool.Submit(call);
        await foreach (var part in call.ReadAsync(stop).ConfigureAwait(false)) yield return part;
    }

    private TimeSpan Limit(TimeSpan? deadline) => MdpChecks.Deadline(deadline ?? _pool.Options.Deadline, nameof(deadline));
}
