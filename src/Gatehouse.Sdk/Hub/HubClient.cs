using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Hub;

/// <summary>
/// A running hub over HTTP: its values, their changes and their past, its services and devices. Safe for use by many threads at once; keep
/// one per hub.
/// </summary>
/// <remarks>
/// Every method fails with <see cref="HubUnreachableException"/> when no hub answers in time, with <see cref="HubRefusedException"/> when
/// the hub says no, with <see cref="HubAnswerException"/> when something else than a hub answers, and with
/// <see cref="OperationCanceledException"/> by its token. Nothing is tried again by itself but <see cref="WatchAsync"/>.
/// </remarks>
public sealed class HubClient : IDisposable
{
    private const string SequenceHeader = "Gatehouse-Sequence";

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UsualDeadline = TimeSpan.FromSeconds(10);

    private readonly HttpClient? _owned;
    private readonly HubRequests _requests;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="address">Where the hub is, such as <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="http">
    /// What to send with, for certificates and proxies of your own; stays yours to dispose. Null for one that goes straight to the hub.
    /// </param>
    /// <param name="time">The clock for deadlines and pauses; null for the system's.</param>
    /// <param name="token">
    /// What the hub lets this program in by: what stands in the file <c>token</c> of its data directory, or its option <c>web.token</c>.
    /// It is sent with every request, so over plain http whoever can listen on the way can read it. Null sends none.
    /// </param>
    /// <exception cref="ArgumentException">The address is not an absolute http or https one, or the token has blanks.</exception>
    public HubClient(Uri address, HttpClient? http = null, TimeProvider? time = null, string? token = null)
    {
        if (token is not null && !HubToken.IsSound(token))
        {
            throw new ArgumentException("A token has visible characters alone, at least one.", nameof(token));
        }
        Address = HubPath.Root(address);
        if (http is null) http = _owned = new HttpClient(MakeHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        _requests = new HubRequests(Address, http, time ?? TimeProvider.System, token);
        Devices = new HubDevices(_requests);
        Blobs = new HubBlobs(_requests);
        Sessions = new HubSessions(_requests);
        Durable = new HubDurable(_requests);
        Store = new HubStore(_requests);
    }

    /// <summary>
    /// A client of the hub that runs on this machine, let in by the token that the hub keeps for its own user. The variables
    /// <c>GATEHOUSE_HUB</c> and <c>GATEHOUSE_TOKEN</c> name another hub.
    /// </summary>
    /// <param name="data">The hub's data directory; null for the usual one.</param>
    /// <exception cref="FormatException">A variable has what is no address, or no token.</exception>
    public static HubClient OfThisMachine(string? data = null)
    {
        var found = HubAddress.Find(option: null, data, Environment.GetEnvironmentVariable);
        return new HubClient(found.Uri, token: found.Token);
    }

    /// <summary>Where the hub is, with a slash at the end.</summary>
    public Uri Address { get; }

    /// <summary>Its devices: what is known of them, and edits.</summary>
    public HubDevices Devices { get; }

    /// <summary>Images and other things too large for a value.</summary>
    public HubBlobs Blobs { get; }

    /// <summary>The browsers that are signed in, and codes that let in more.</summary>
    public HubSessions Sessions { get; }

    /// <summary>Requests that last until they are answered.</summary>
    public HubDurable Durable { get; }

    /// <summary>Values by service, section and key, which last.</summary>
    public HubStore Store { get; }

    /// <summary>The present value of a key; null when it has none.</summary>
    /// <exception cref="ArgumentException">The key has a segment <c>.</c> or <c>..</c>, which no address can carry.</exception>
    public async Task<Entry?> GetAsync(Key key, CancellationToken stop = default)
    {
        try
        {
            return await _requests.AskAsync(_requests.Get(PathOf(key)), (_, body) => ReadEntry(body), stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The present values of all keys that start with any of the prefixes; of all keys, when there are none.</summary>
    /// <exception cref="KeyFormatException">A prefix does not start with a slash.</exception>
    public Task<HubSnapshot> ListAsync(IReadOnlyCollection<string> prefixes, CancellationToken stop = default) =>
        _requests.AskAsync(
            _requests.Get($"api/values?{HubPath.Prefixes(new KeyFilter(prefixes).Prefixes)}"),
            (response, body) => new HubSnapshot(ReadSequence(response), EntryJson.ReadArray(body)),
            stop);

    /// <summary>Sets a value; of a key that a driver or connector owns, asks that owner to, and answers when it has.</summary>
    /// <param name="key">Which value.</param>
    /// <param name="value">The new value. NaN and the infinities arrive as null, at best suspect.</param>
    /// <param name="time">When it was true, UTC; null for now, by the hub's clock.</param>
    /// <param name="quality">How far it can be trusted.</param>
    /// <param name="ttl">The value removes itself after this long without a newer one; null keeps it.</param>
    /// <param name="expected">
    /// The sequence number the value has now, 0 for none: if it has another one the hub refuses with status 412. Null sets in any case.
    /// </param>
    /// <param name="stop">Stops waiting. Whether the value was set is then not known.</param>
    /// <returns>The value as it stands; null when the owner took it and has no value to show yet.</returns>
    /// <exception cref="ArgumentException">The key has a segment <c>.</c> or <c>..</c>, which no address can carry.</exception>
    public Task<Entry?> SetAsync(
        Key key,
        Value value,
        DateTime? time = null,
        Quality quality = Quality.Good,
        TimeSpan? ttl = null,
        long? expected = null,
        CancellationToken stop = default)
    {
        var request = _requests.Request(HttpMethod.Put, PathOf(key), HubBodies.Write(value, time, quality, ttl));
        Expect(request, expected);
        return _requests.AskAsync(request, (_, body) => body.IsEmpty ? null : ReadEntry(body), stop);
    }

    /// <summary>Removes a value; false when there was none.</summary>
    /// <param name="key">Which value.</param>
    /// <param name="expected">
    /// The sequence number the value has now: if it has another one the hub refuses with status 412. Null removes in any case.
    /// </param>
    /// <param name="stop">Stops waiting. Whether the value was removed is then not known.</param>
    /// <exception cref="ArgumentException">The key has a segment <c>.</c> or <c>..</c>, which no address can carry.</exception>
    public async Task<bool> RemoveAsync(Key key, long? expected = null, CancellationToken stop = default)
    {
        var request = _requests.Request(HttpMethod.Delete, PathOf(key), body: null);
        Expect(request, expected);
        try
        {
            return await _requests.AskAsync(request, (_, _) => true, stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    /// <summary>
    /// Follows the values below the prefixes: a snapshot, then what changes, the newest of each key, at most twenty events a second. When
    /// the connection breaks it is made again after a pause and resumed where it was; where the hub cannot resume, as after its restart,
    /// another snapshot comes. So it ends only by the token, by a refusal that asking again cannot change, or when what answers is no hub.
    /// </summary>
    /// <param name="prefixes">What to follow; everything, when there are none.</param>
    /// <param name="after">The id of an event or snapshot to resume after; null begins with a snapshot.</param>
    /// <param name="linkChanged">Told, between events, whenever the connection is made, breaks, or cannot be made.</param>
    /// <param name="stop">Ends it, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="KeyFormatException">A prefix does not start with a slash.</exception>
    public IAsyncEnumerable<HubEvent> WatchAsync(
        IReadOnlyCollection<string> prefixes,
        string? after = null,
        Action<HubLink>? linkChanged = null,
        CancellationToken stop = default) =>
        new HubWatch(_requests, new KeyFilter(prefixes), linkChanged, Random.Shared.NextDouble).RunAsync(after, stop);

    /// <summary>Calls a service and returns the frames of its reply, as <see cref="Value.FromText(string)"/> reads them.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="frames">One frame each: text and bytes bare, other values as JSON.</param>
    /// <param name="deadline">How long it may take; null for ten seconds. When it is over the hub refuses with status 504.</param>
    /// <param name="stop">Stops waiting. What the service does is not undone.</param>
    public Task<IReadOnlyList<Value>> CallAsync(
        string service, IReadOnlyList<Value> frames, TimeSpan? deadline = null, CancellationToken stop = default) =>
        CallJsonAsync(service, HubBodies.Write(frames), deadline, stop);

    /// <summary>
    /// As <see cref="CallAsync"/>, with the frames as a JSON document: an array is one frame for each element, anything else one frame, no
    /// bytes no frame.
    /// </summary>
    /// <inheritdoc cref="CallAsync"/>
    public Task<IReadOnlyList<Value>> CallJsonAsync(
        string service, ReadOnlyMemory<byte> frames, TimeSpan? deadline = null, CancellationToken stop = default)
    {
        var path = $"api/services/{HubPath.Escape(service)}" + (deadline is { } limit ? $"?deadline={HubPath.Seconds(limit)}" : "");
        var patience = (deadline ?? UsualDeadline) + ConnectPatience;
        var request = _requests.Request(HttpMethod.Post, path, frames);
        return _requests.AskAsync(request, (_, body) => HubBodies.ReadFrames(body), patience, stop);
    }

    /// <summary>What was recorded of a key in a range; its points come as they are read.</summary>
    /// <param name="key">The key, or <c>key#member</c> for a number in the key's objects.</param>
    /// <param name="from">From when on, UTC; null for a day before the end.</param>
    /// <param name="to">Up to when, UTC; that moment is not in it. Null for now.</param>
    /// <param name="stop">Stops waiting for the beginning of the answer.</param>
    /// <returns>What is to be read once and disposed of. A key of which nothing is recorded is refused with status 404.</returns>
    public Task<HistoryPoints> HistoryAsync(
        string key, DateTime? from = null, DateTime? to = null, CancellationToken stop = default) =>
        HistoryPoints.OpenAsync(_requests, _requests.Get($"{HistoryOf(key)}{HistoryText.Range(from, to)}"), stop);

    /// <summary>
    /// A range of a key's past, summed up into spans of the same width that begin at whole multiples of it. Of a key that has no numbers,
    /// the newest point of each span.
    /// </summary>
    /// <param name="key">The key, or <c>key#member</c> for a number in the key's objects.</param>
    /// <param name="from">From when on, UTC; null for a day before the end. The bucket in which it lies is whole.</param>
    /// <param name="to">Up to when, UTC; null for now.</param>
    /// <param name="buckets">How many there may be at most, 1 to 20 000.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <returns>A key of which nothing is recorded is refused with status 404.</returns>
    public Task<HistoryBuckets> HistoryBucketsAsync(
        string key, DateTime? from, DateTime? to, int buckets, CancellationToken stop = default) =>
        SumUpAsync(string.Create(CultureInfo.InvariantCulture, $"{HistoryOf(key)}&buckets={buckets}{HistoryText.Range(from, to)}"), stop);

    /// <summary>
    /// A range of a key's past for a picture of it: every point, when there are few enough, otherwise as <see cref="HistoryBucketsAsync"/>
    /// sums it up. The answer's <see cref="HistoryBuckets.Width"/> tells which.
    /// </summary>
    /// <param name="key">The key, or <c>key#member</c> for a number in the key's objects.</param>
    /// <param name="from">From when on, UTC; null for a day before the end.</param>
    /// <param name="to">Up to when, UTC; null for now.</param>
    /// <param name="most">How many points or buckets there may be at most, 1 to 20 000.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <returns>A key of which nothing is recorded is refused with status 404.</returns>
    public Task<HistoryBuckets> HistoryAtMostAsync(
        string key, DateTime? from, DateTime? to, int most, CancellationToken stop = default) =>
        SumUpAsync(string.Create(CultureInfo.InvariantCulture, $"{HistoryOf(key)}&atMost={most}{HistoryText.Range(from, to)}"), stop);

    /// <summary>What was recorded last of every series below the prefixes; of all, when there are none.</summary>
    /// <exception cref="KeyFormatException">A prefix does not start with a slash.</exception>
    public Task<IReadOnlyList<NewestPoint>> NewestHistoryAsync(IReadOnlyCollection<string> prefixes, CancellationToken stop = default) =>
        _requests.AskAsync(
            _requests.Get($"api/history/newest?{HubPath.Prefixes(new KeyFilter(prefixes).Prefixes)}"),
            (_, body) => HistoryJson.ReadNewest(body),
            stop);

    /// <summary>
    /// Writes every point of all series below the prefixes as text, one on a line; <see cref="ImportHistoryAsync"/> reads it back.
    /// </summary>
    /// <param name="prefixes">Which series; all, when there are none.</param>
    /// <param name="from">From when on, UTC; null for a day before the end.</param>
    /// <param name="to">Up to when, UTC; null for now.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="target">Where it goes, as it comes; stays open. What it throws goes through.</param>
    /// <param name="stop">Stops in the middle.</param>
    /// <exception cref="KeyFormatException">A prefix does not start with a slash.</exception>
    public async Task ExportHistoryAsync(
        IReadOnlyCollection<string> prefixes, DateTime? from, DateTime? to, HistoryFormat format, Stream target,
        CancellationToken stop = default)
    {
        var query = $"format={HistoryText.Name(format)}{HistoryText.Range(from, to)}&{HubPath.Prefixes(new KeyFilter(prefixes).Prefixes)}";
        using var response = await _requests.OpenAsync(_requests.Get($"api/history/export?{query}"), stop).ConfigureAwait(false);
        await HistoryText.CopyAsync(_requests, response, target, stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Brings in points written as <see cref="ExportHistoryAsync"/> writes them. Those that the history has are left out, so what broke off
    /// may be sent again. It takes as long as it takes.
    /// </summary>
    /// <param name="source">The text, read while it is sent; stays open. What it throws goes through.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="stop">Stops in the middle; what was stored by then stays.</param>
    public async Task<HistoryImport> ImportHistoryAsync(Stream source, HistoryFormat format, CancellationToken stop = default)
    {
        var content = new HistoryText.Upload(source, format);
        var request = _requests.Request(HttpMethod.Post, "api/history/import", body: null);
        request.Content = content;
        try
        {
            return await _requests.AskAsync(request, (_, body) => HistoryJson.ReadImport(body), Timeout.InfiniteTimeSpan, stop)
                .ConfigureAwait(false);
        }
        catch (HubUnreachableException) when (content.Failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            throw;
        }
    }

    /// <summary>Every service that the hub offers now.</summary>
    public Task<IReadOnlyList<HubService>> ServicesAsync(CancellationToken stop = default) => _requests.AskAsync<IReadOnlyList<HubService>>(
        _requests.Get("api/services"), (_, body) => JsonSerializer.Deserialize(body.Span, HubJson.Default.HubServiceArray) ?? [], stop);

    /// <summary>The latest records of the hub's log.</summary>
    /// <param name="level">The least level: trace, debug, information, warning, error or critical; null for all.</param>
    /// <param name="after">What <see cref="HubLog.After"/> was: only what came since. Null for the latest.</param>
    /// <param name="wait">With <paramref name="after"/>: how long to wait for a record, at most 25 s. Null does not wait.</param>
    /// <param name="stop">Stops waiting.</param>
    public Task<HubLog> LogAsync(string? level = null, long? after = null, TimeSpan? wait = null, CancellationToken stop = default)
    {
        var query = string.Join('&', (string[])
        [
            .. level is null ? [] : (string[])[$"level={Uri.EscapeDataString(level)}"],
            .. after is null ? [] : (string[])[string.Create(CultureInfo.InvariantCulture, $"after={after}")],
            .. wait is null ? [] : (string[])[$"wait={HubPath.Seconds(wait.Value)}"],
        ]);
        return _requests.AskAsync(
            _requests.Get($"api/log?{query}"),
            (_, body) => JsonSerializer.Deserialize(body.Span, HubJson.Default.HubLog) ?? throw new JsonException("its log is null"),
            HubRequests.Patience + (wait ?? TimeSpan.Zero),
            stop);
    }

    /// <summary>True when a hub is there and serves; false while it starts or stops, or when none can be reached.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken stop = default)
    {
        try
        {
            var request = _requests.Get("readyz");
            return await _requests.AskAsync(request, (_, body) => body.Span.StartsWith("ready"u8), stop).ConfigureAwait(false);
        }
        catch (GatehouseException e) when (e is HubUnreachableException or HubRefusedException or HubAnswerException)
        {
            return false;
        }
    }

    /// <summary>Closes the connections, unless they belong to the <see cref="HttpClient"/> given to the constructor.</summary>
    public void Dispose() => _owned?.Dispose();

    private static SocketsHttpHandler MakeHandler() =>
        new() { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = ConnectPatience };

    private async Task<HistoryBuckets> SumUpAsync(string path, CancellationToken stop)
    {
        var request = _requests.Get(path);
        var answer = await HistoryPoints.OpenAsync(_requests, request, stop).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            return await answer.ReadBucketsAsync(stop).ConfigureAwait(false);
        }
    }

    private static string HistoryOf(string key) => "api/history?key=" + Uri.EscapeDataString(key);

    private static string PathOf(Key key) => "api/values/" + HubPath.Escape(key.Text[1..]);

    private static void Expect(HttpRequestMessage request, long? expected)
    {
        if (expected is not { } number) return;
        request.Headers.IfMatch.Add(new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{number}\"")));
    }

    private static string ReadSequence(HttpResponseMessage response) =>
        response.Headers.TryGetValues(SequenceHeader, out var values) ? values.First()
            : throw new JsonException($"its list lacks the header {SequenceHeader}");

    private static Entry ReadEntry(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return EntryJson.Read(document.RootElement);
    }
}
