using Gatehouse.Requests.Import;
using Gatehouse.Services;
using Gatehouse.Storage;

namespace Gatehouse.Requests;

/// <summary>
/// Durable requests: on disk before they are acknowledged, delivered until they are answered, their answers kept until they are closed. Any
/// thread.
/// </summary>
internal sealed class RequestQueue : IDisposable
{
    private const int MostListed = 1000, ClosedAtOnce = 500;

    private readonly HubDatabase _database;
    private readonly RequestOptions _options;
    private readonly TimeProvider _time;
    private readonly RequestJournal _journal;
    private readonly RequestWaiters _waiters = new();

    // Services that have a lane as soon as what is being written is on disk.
    private readonly HashSet<string> _promised = new(StringComparer.Ordinal);

    public RequestQueue(
        HubDatabase database, ServiceDirectory services, RequestOptions options, TimeProvider time, ILogger<RequestQueue> logger)
    {
        (_database, _options, _time) = (database, options, time);
        _journal = new RequestJournal(database, () => Dispatcher!.Pump(), logger);
        Dispatcher = new RequestDispatcher(database, services, _journal, Instruments, options, time, logger);
        Dispatcher.HasEnded += Tell;
    }

    /// <summary>Told with its id when a request is pending no longer, once that is on disk. Any thread; must be quick.</summary>
    public event Action<string>? Ended;

    public RequestInstruments Instruments { get; } = new();

    public RequestDispatcher Dispatcher { get; }

    /// <summary>Whether no more requests are taken in.</summary>
    internal bool IsFull => Instruments.Pending >= _options.MaxPending;

    internal string FullReason => $"{_options.MaxPending} requests wait already; try again later";

    internal string TooManyTargets => $"requests for {_options.MaxTargets} different services wait already; try again later";

    /// <summary>For rows, in milliseconds.</summary>
    internal long UtcNow => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes a request in.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="told">Told when it is on disk, or is not going to be: most often on the writer's thread, so it must be quick.</param>
    public void Accept(NewRequest request, Action<Acceptance> told)
    {
        if (Fault(request) is { } reason)
        {
            told(new Acceptance(AcceptStatus.Invalid, "", reason));
            return;
        }
        // One with an id may be there already, and then it is no further one: its row finds out.
        if (request.Id is null && IsFull)
        {
            Refuse(told, FullReason);
            return;
        }
        var id = request.Id is null ? null : RequestId.Normal(request.Id);
        _journal.Add(new AcceptRow(this, request, id, RequestTables.Encode(request.Frames), told));
    }

    /// <inheritdoc cref="Accept"/>
    public Task<Acceptance> AcceptAsync(NewRequest request, CancellationToken stop)
    {
        var told = new TaskCompletionSource<Acceptance>(TaskCreationOptions.RunContinuationsAsynchronously);
        Accept(request, told.SetResult);
        return told.Task.WaitAsync(stop);
    }

    /// <summary>A request with its frames, read from the file; null when there is none with this id.</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public StoredRequest? Find(string id)
    {
        var (found, number) = _database.Read(session => RequestTables.Find(session, id) is { } row
            ? (RequestTables.Read(session, row, _journal.RunNumber), row)
            : (null, 0));
        return found is { State: RequestState.Pending } && Dispatcher.Find(number) is { } delivery
            ? found with { Attempts = delivery.Attempt }
            : found;
    }

    /// <summary>The request as soon as it is not pending, or as it is when the patience is over; null when there is none.</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async Task<StoredRequest?> WaitAsync(string id, TimeSpan patience, CancellationToken stop)
    {
        if (patience <= TimeSpan.Zero) return Find(id);
        // Before it is looked at: what ends in between is not missed.
        using var waiter = _waiters.Add(RequestId.Normal(id));
        var found = Find(id);
        if (found is not { State: RequestState.Pending }) return found;
        try
        {
            await waiter.Ended.WaitAsync(patience, _time, stop);
        }
        catch (TimeoutException)
        {
            return found;
        }
        return Find(id);
    }

    /// <summary>Removes a request and its answer; true when there was one. One that is under way is not delivered again.</summary>
    /// <exception cref="StorageException">That is not on disk.</exception>
    public Task<bool> CloseAsync(string id, CancellationToken stop) => CloseAsync(id, ended: null).WaitAsync(stop);

    /// <summary>
    /// Removes those that a query finds, however many, some hundred at a time; how many that were. What is accepted meanwhile stays, and so
    /// does what is of another state by then.
    /// </summary>
    /// <exception cref="StorageException">That is not on disk, for the rest of them.</exception>
    public async Task<long> CloseAllAsync(RequestQuery query, CancellationToken stop)
    {
        var (closed, before) = (0L, long.MaxValue);
        bool? ended = query.State is { } state ? state != RequestState.Pending : null;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var found = _database.Read(session => RequestTables.Ids(session, query with { Limit = ClosedAtOnce }, before));
            if (found.Count == 0) return closed;
            var removed = await Task.WhenAll(found.Select(row => CloseAsync(row.Id, ended)));
            closed += removed.Count(isRemoved => isRemoved);
            before = found[^1].Number;
        }
    }

    /// <summary>Requests newest first, without their frames.</summary>
    /// <exception cref="StorageException">They cannot be read.</exception>
    public IReadOnlyList<StoredRequest> List(RequestQuery query) => _database.Read(
        session => RequestTables.List(session, query with { Limit = Math.Clamp(query.Limit, 1, MostListed) }, _journal.RunNumber));

    /// <summary>Takes in a request of another database as it was there; one with the same id is left as it is.</summary>
    public Task<Acceptance> ImportAsync(ImportedRequest request)
    {
        if (Fault(new NewRequest(request.Id, request.Service, request.Frames, request.Peer)) is { } reason)
        {
            return Task.FromResult(new Acceptance(AcceptStatus.Invalid, request.Id, reason));
        }
        var done = new TaskCompletionSource<Acceptance>(TaskCreationOptions.RunContinuationsAsynchronously);
        _journal.Add(new ImportRow(this, request, done));
        return done.Task;
    }

    public void Dispose() => Dispatcher.Dispose();

    internal void Imported(in PendingRow row)
    {
        Instruments.AddPending(1);
        Dispatcher.Imported(row);
    }

    internal Task<bool> CloseAsync(string id, bool? ended)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _journal.Add(new CloseRow(this, id, ended, done));
        return done.Task;
    }

    internal void Accepted(long number, string id, NewRequest request)
    {
        Instruments.Accepted++;
        Instruments.AddPending(1);
        Dispatcher.Accepted(number, request.Service, new FreshRequest(id, request.Peer, request.Frames));
    }

    internal void Closed(long number, string id, string service, bool wasPending)
    {
        Instruments.Closed++;
        if (wasPending)
        {
            Instruments.AddPending(-1);
            Dispatcher.Closed(number, service);
        }
        _waiters.Tell(RequestId.Normal(id));
    }

    internal Task<bool> ExpireAsync(long number, string id, string service, string reason)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _journal.Add(new ExpireRow(this, number, id, service, reason, done));
        return done.Task;
    }

    internal void Expired(long number, string id, string service)
    {
        Instruments.Expired++;
        Instruments.AddPending(-1);
        Dispatcher.Closed(number, service);
        Tell(id);
    }

    /// <summary>Whether a request for this service may be written: it has a lane, or there is room for one more.</summary>
    internal bool TryPromise(string service)
    {
        lock (_promised)
        {
            if (_promised.Contains(service) || Dispatcher.HasLane(service)) return true;
            return Dispatcher.Targets + _promised.Count < _options.MaxTargets && _promised.Add(service);
        }
    }

    /// <summary>What was promised is kept, or given up.</summary>
    internal void Redeem(string service)
    {
        lock (_promised) _promised.Remove(service);
    }

    internal void Refuse(Action<Acceptance> told, string reason)
    {
        Instruments.Refuse();
        told(new Acceptance(AcceptStatus.Full, "", reason));
    }

    private void Tell(string id)
    {
        _waiters.Tell(id);
        Ended?.Invoke(id);
    }

    private string? Fault(NewRequest request) =>
        !ServiceName.TryParse(request.Service, out var name) || name.IsPrefix ? $"{ServiceName.Rule}, and no dot at its end"
        : request.Id is not null && !RequestId.IsValid(request.Id) ? RequestId.Rule
        : request.Frames.Size > _options.MaxMessage ? $"the request has more than {_options.MaxMessage} bytes (requests.maxMessage)"
        : null;
}
