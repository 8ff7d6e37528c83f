using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Gatehouse.Parts;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;

namespace Gatehouse.Requests.Callbacks;

/// <summary>
/// Tells by HTTP that requests have ended, those whose makers asked for it: <see cref="CallbackCore"/> says which and when. At least once:
/// after a crash one may be told again that was told just before. Any thread.
/// </summary>
internal sealed partial class CallbackSender : IPart, IDisposable
{
    public const string IdHeader = "Gatehouse-Request", TryHeader = "Gatehouse-Try";

    private const int AtOnce = 16, PerHost = 4, LongestReason = 500;

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1), LongestDelay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private readonly RequestQueue _queue;
    private readonly HubDatabase _database;
    private readonly RequestOptions _options;
    private readonly CallbackHosts _hosts;
    private readonly TimeProvider _time;
    private readonly ILogger<CallbackSender> _logger;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _news = new(0);
    private readonly Lock _state = new();

    // Under the lock.
    private readonly Dictionary<string, string> _open = new(StringComparer.Ordinal);
    private readonly Queue<string> _ended = new();
    private readonly CallbackCore _core;

    public CallbackSender(
        RequestQueue queue, HubDatabase database, RequestOptions options, TimeProvider time, ILogger<CallbackSender> logger)
    {
        (_queue, _database, _options, _time, _logger) = (queue, database, options, time, logger);
        _hosts = new CallbackHosts(options.CallbackHosts);
        _core = new CallbackCore(
            new CallbackRules(options.CallbackTries, AtOnce, PerHost, Delay, LongestDelay), Random.Shared.NextDouble);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.CallbackDeadline,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 16 * 1024,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        queue.Ended += OnEnded;
    }

    public string Name => "callbacks";

    /// <summary>Requests whose callback is still to be made.</summary>
    public int Open
    {
        get
        {
            lock (_state) return _open.Count;
        }
    }

    /// <summary>Why this address may not be called; null when it may.</summary>
    public string? Refusal(string callback) => _hosts.Refusal(callback);

    /// <summary>True when there is no room for one more callback.</summary>
    public bool IsFull => Open >= _options.MaxCallbacks;

    /// <summary>A request with a callback was accepted.</summary>
    public void Watch(string id, string callback)
    {
        lock (_state)
        {
            if (!_open.TryAdd(RequestId.Normal(id), callback)) return;
        }
        // It may have ended before it was watched: the loop looks at it once.
        OnEnded(id);
    }

    /// <summary>How far the callback of a request is.</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public StoredCallback? Find(string id) => _database.Read(session => CallbackTables.Find(session, id));

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        var running = new List<Task>();
        using var timer = _time.CreateTimer(_ => _news.Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            await FindAllAsync(stop);
            while (true)
            {
                LookAtEnded();
                foreach (var (id, number) in Take()) running.Add(TellAsync(id, number, stop));
                if (Next() is { } next) timer.Change(next, Timeout.InfiniteTimeSpan);
                await _news.WaitAsync(stop);
                foreach (var done in running.Where(task => task.IsCompleted)) await done;
                running.RemoveAll(task => task.IsCompleted);
            }
        }
        finally
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _queue.Ended -= OnEnded;
        _http.Dispose();
    }

    private async Task FindAllAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                foreach (var open in _database.Read(CallbackTables.Open)) Watch(open.Id, open.Address);
                await _database.WriteAsync(CallbackTables.Sweep, stop);
                return;
            }
            catch (StorageException e)
            {
                LogUnread(e.Message);
                await Task.Delay(Again, _time, stop);
            }
        }
    }

    // On the writer's thread, for every request: those without a callback cost one look.
    private void OnEnded(string id)
    {
        var normal = RequestId.Normal(id);
        lock (_state)
        {
            if (!_open.ContainsKey(normal)) return;
            _ended.Enqueue(normal);
        }
        _news.Release();
    }

    private void LookAtEnded()
    {
        while (true)
        {
            string? id;
            lock (_state)
            {
                if (!_ended.TryPeek(out id)) return;
            }
            try
            {
                Look(id);
            }
            catch (StorageException e)
            {
                LogUnread(e.Message);
                return; // it stays in the queue
            }
            lock (_state) _ended.Dequeue();
        }
    }

    // One that is pending is told of once more when it has ended.
    private void Look(string id)
    {
        var (request, callback) = (_queue.Find(id), Find(id));
        if (request is { State: RequestState.Pending }) return;
        lock (_state)
        {
            if (request?.Callback is not { } address || callback is not { State: CallbackState.Waiting }) _open.Remove(id);
            else _core.Add(id, CallbackHosts.HostOf(new Uri(address)), callback.Tries, callback.Next ?? _time.GetUtcNow());
        }
    }

    private List<(string Id, int Number)> Take()
    {
        lock (_state) return [.. _core.Take(_time.GetUtcNow()).Select(id => (id, _core.TriesOf(id)))];
    }

    // How long until there may be something to do without any news.
    private TimeSpan? Next()
    {
        lock (_state)
        {
            if (_ended.Count > 0) return Again;
            return _core.Next() is { } due ? TimeSpan.FromMilliseconds(Math.Max(0, (due - _time.GetUtcNow()).TotalMilliseconds)) : null;
        }
    }

    private async Task TellAsync(string id, int number, CancellationToken stop)
    {
        var outcome = new Outcome(CallbackState.Waiting, null);
        try
        {
            outcome = await TryAsync(id, number, stop);
        }
        finally
        {
            DateTimeOffset? next;
            lock (_state)
            {
                next = _core.End(id, outcome.State != CallbackState.Waiting, _time.GetUtcNow());
                if (next is null) _open.Remove(id);
            }
            if (!stop.IsCancellationRequested) await KeepAsync(id, outcome, number, next, stop);
            _news.Release();
        }
    }

    private async Task<Outcome> TryAsync(string id, int number, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(_options.CallbackDeadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            // It is read at once and not kept: thousands may wait.
            if (_queue.Find(id) is not { Callback: { } address } request) return new Outcome(CallbackState.Failed, "it was closed");
            if (_hosts.Refusal(address) is { } refusal) return new Outcome(CallbackState.Failed, refusal);
            using var message = MessageOf(request, address, number);
            using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode ? new Outcome(CallbackState.Delivered, null)
                : new Outcome(CallbackState.Waiting, $"it was answered with status {(int)answer.StatusCode}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new Outcome(CallbackState.Waiting, $"there was no answer within {_options.CallbackDeadline.TotalSeconds:0.###} s");
        }
        catch (Exception e) when (e is HttpRequestException or StorageException)
        {
            return new Outcome(CallbackState.Waiting, (e.InnerException as SocketException ?? e).Message);
        }
    }

    private static HttpRequestMessage MessageOf(StoredRequest request, string address, int number)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body, JsonStyle.Trusted)) RequestText.Write(writer, request, withFrames: true);
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.TryAddWithoutValidation(IdHeader, request.Id);
        message.Headers.TryAddWithoutValidation(TryHeader, number.ToString(CultureInfo.InvariantCulture));
        return message;
    }

    // What cannot be written is told again after a restart: rather twice than not at all.
    private async Task KeepAsync(string id, Outcome outcome, int number, DateTimeOffset? next, CancellationToken stop)
    {
        var state = next is null && outcome.State == CallbackState.Waiting ? CallbackState.Failed : outcome.State;
        var reason = outcome.Reason is { Length: > LongestReason } words ? words[..LongestReason] : outcome.Reason;
        if (state == CallbackState.Failed) LogFailed(id, number, reason ?? "");
        try
        {
            await _database.WriteAsync(
                session => CallbackTables.Write(session, id, new StoredCallback(state, number, next, reason)), stop);
        }
        catch (StorageException e)
        {
            LogNotKept(id, e.Message);
        }
    }

    private readonly record struct Outcome(CallbackState State, string? Reason);

    [LoggerMessage(11101, LogLevel.Warning, "Requests whose callback is to be made cannot be read; it is tried again: {Reason}")]
    private partial void LogUnread(string reason);

    [LoggerMessage(11102, LogLevel.Warning, "The callback of request {Id} has failed at try {Number}: {Reason}")]
    private partial void LogFailed(string id, int number, string reason);

    [LoggerMessage(11103, LogLevel.Warning, "The callback of request {Id} may be made once more after a restart: {Reason}")]
    private partial void LogNotKept(string id, string reason);
}
