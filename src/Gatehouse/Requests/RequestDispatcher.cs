using Gatehouse.Sdk.Values;
using Gatehouse.Services;
using Gatehouse.Storage;

namespace Gatehouse.Requests;

/// <summary>
/// Delivers requests: <see cref="DispatchCore"/> says which and when, this brings them to the directory of services and what comes back to
/// the disk. No thread of its own: whoever brings news carries out what follows from it. Any thread.
/// </summary>
internal sealed partial class RequestDispatcher : IDisposable
{
    private const int FoundAtOnce = 4096;

    /// <summary>How long until what could not be written is tried again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HubDatabase _database;
    private readonly ServiceDirectory _services;
    private readonly RequestJournal _journal;
    private readonly RequestInstruments _instruments;
    private readonly RequestOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _state = new();

    // Under the lock.
    private readonly DispatchCore _core;
    private readonly List<RequestRow> _held = [];
    private long _timerDue = long.MaxValue;
    private bool _hasFound, _hasUnread;

    public RequestDispatcher(
        HubDatabase database, ServiceDirectory services, RequestJournal journal, RequestInstruments instruments, RequestOptions options,
        TimeProvider time, ILogger logger)
    {
        (_database, _services, _journal, _instruments) = (database, services, journal, instruments);
        (_options, _time, _logger) = (options, time, logger);
        var limits = new DispatchLimits(
            options.Tries, options.PerTarget, (long)options.RetryDelay.TotalMilliseconds, (long)options.RetryMaximum.TotalMilliseconds);
        _core = new DispatchCore(limits, Random.Shared.NextDouble);
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        services.Offered += Offered;
    }

    /// <summary>A request is pending no longer; its id.</summary>
    public event Action<string>? HasEnded;

    public int UnderWay
    {
        get
        {
            lock (_state) return _core.UnderWay;
        }
    }

    public int Targets
    {
        get
        {
            lock (_state) return _core.Lanes;
        }
    }

    /// <summary>Answers that wait for the disk to take them.</summary>
    public int Held
    {
        get
        {
            lock (_state) return _held.Count;
        }
    }

    internal long UtcNow => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private long Now => (long)_time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Finds what waits on disk, and delivers from now on.</summary>
    /// <exception cref="StorageException">The file cannot be written or read.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _journal.Add(new BeginRow(begun));
        await begun.Task.WaitAsync(stop);
        lock (_state) _core.Start();
        if (!_hasFound) await Task.Run(() => FindAll(stop), stop);
        _hasFound = true;
        Pump();
    }

    public void Stop()
    {
        lock (_state) _core.Stop();
    }

    public bool HasLane(string service)
    {
        lock (_state) return _core.HasLane(service);
    }

    public Delivery? Find(long number)
    {
        lock (_state) return _core.Find(number);
    }

    public void Accepted(long number, string service, FreshRequest fresh)
    {
        bool isKnown;
        lock (_state) isKnown = _core.Accepted(number, service, fresh);
        if (!isKnown) LookUp(service);
    }

    /// <summary>A request of another database was taken in.</summary>
    public void Imported(in PendingRow row)
    {
        bool isKnown;
        lock (_state) isKnown = _core.Found(row);
        if (!isKnown) LookUp(row.Service);
    }

    public void Closed(long number, string service)
    {
        lock (_state) _core.Closed(number, service);
    }

    /// <summary>It is written that a delivery ended its request.</summary>
    public void Ended(Delivery delivery, string id, RequestState state, bool isWritten)
    {
        lock (_state) _core.Ended(delivery);
        // It was closed, or has expired, while it was under way.
        if (!isWritten) return;
        if (state == RequestState.Answered) _instruments.Answered++;
        else _instruments.Failed++;
        _instruments.AddPending(-1);
        HasEnded?.Invoke(id);
    }

    /// <summary>It is written that a delivery failed.</summary>
    public void Failed(Delivery delivery)
    {
        _instruments.Retry();
        lock (_state)
        {
            _core.Failed(delivery, Now);
            SetTimer();
        }
    }

    /// <summary>The request is not there any more.</summary>
    public void Gone(Delivery delivery)
    {
        lock (_state) _core.Ended(delivery);
    }

    /// <summary>The disk does not take a row: it stays in memory, and its place in the lane with it, until the disk does.</summary>
    public void Hold(RequestRow row)
    {
        lock (_state)
        {
            _held.Add(row);
            SetTimer();
        }
    }

    /// <summary>Begins the deliveries whose turn it is.</summary>
    public void Pump()
    {
        List<Delivery>? unread = null;
        while (true)
        {
            Delivery? delivery;
            lock (_state)
            {
                if (!_core.TryBegin(out delivery)) break;
            }
            if (delivery.Fresh is { } fresh) Send(delivery, fresh.Id, fresh.Peer, fresh.Frames);
            else (unread ??= []).Add(delivery);
        }
        if (unread is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static work => work.Owner.Read(work.Deliveries), (Owner: this, Deliveries: unread), false);
        }
        while (true)
        {
            Refill refill;
            lock (_state)
            {
                if (!_core.TryRefill(out refill)) return;
            }
            ThreadPool.UnsafeQueueUserWorkItem(static work => work.Owner.Read(work.Refill), (Owner: this, Refill: refill), false);
        }
    }

    public void Dispose()
    {
        _services.Offered -= Offered;
        Stop();
        _timer.Dispose();
    }

    /// <summary>How a delivery ended.</summary>
    internal void Replied(DeliveryCall call, in Reply reply)
    {
        var delivery = call.Delivery;
        switch (DispatchCore.Judge(delivery, reply.Status, _options.Tries))
        {
            case Verdict.Answer when reply.Frames.Size > _options.MaxMessage:
                var words = $"the answer has more than {_options.MaxMessage} bytes (requests.maxMessage)";
                _journal.Add(new EndRow(this, delivery, call.RequestId!, RequestState.Failed, words, []));
                break;
            case Verdict.Answer:
                _journal.Add(new EndRow(this, delivery, call.RequestId!, RequestState.Answered, null, RequestTables.Encode(reply.Frames)));
                break;
            case Verdict.Fail:
                LogFailed(call.RequestId!, call.Name, delivery.Attempt, reply.Reason ?? "no reason was given");
                _journal.Add(new EndRow(this, delivery, call.RequestId!, RequestState.Failed, reply.Reason, []));
                break;
            case Verdict.Retry:
                _journal.Add(new TryRow(this, delivery, reply.Reason));
                break;
            case Verdict.Refused:
                lock (_state)
                {
                    _core.Refused(delivery, Now);
                    SetTimer();
                }
                break;
            default:
                lock (_state) _core.NotOffered(delivery);
                LookUp(call.Name);
                break;
        }
    }

    private void FindAll(CancellationToken stop)
    {
        var after = 0L;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var rows = _database.Read(session =>
                RequestTables.Pending(session, after, _journal.First, service: null, _journal.RunNumber, FoundAtOnce));
            foreach (var row in rows)
            {
                bool isKnown;
                lock (_state) isKnown = _core.Found(row);
                if (!isKnown) LookUp(row.Service);
            }
            _instruments.AddPending(rows.Count);
            Pump();
            if (rows.Count < FoundAtOnce) break;
            after = rows[^1].Number;
        }
        lock (_state) _core.FoundAll();
    }

    private void Send(Delivery delivery, string id, string peer, Frames frames)
    {
        _instruments.Deliver();
        _services.Send(new DeliveryCall(this, delivery, id, frames, _options.Deadline, new Origin("requests", peer)));
    }

    private void Read(List<Delivery> deliveries)
    {
        try
        {
            foreach (var delivery in deliveries)
            {
                if (_database.Read(session => RequestTables.ReadFrames(session, delivery.Number)) is { } row)
                {
                    Send(delivery, row.Id, row.Peer, row.Frames);
                }
                else
                {
                    Gone(delivery);
                }
            }
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException)
        {
            LogUnread(e.Message);
            lock (_state)
            {
                foreach (var delivery in deliveries) _core.Refused(delivery, Now);
                SetTimer();
            }
        }
        Pump();
    }

    private void Read(Refill refill)
    {
        try
        {
            var (rows, newest) = _database.Read(session =>
            {
                var newest = session.Statement("SELECT coalesce(max(number), 0) FROM request");
                newest.Step();
                var upTo = newest.Number(0);
                newest.Reset();
                return (RequestTables.Pending(
                    session, refill.After, long.MaxValue, refill.Lane.Service, _journal.RunNumber, refill.Limit), upTo);
            });
            lock (_state) _core.Refilled(refill, rows, newest);
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException)
        {
            LogUnread(e.Message);
            lock (_state)
            {
                _core.NotRefilled(refill);
                _hasUnread = true;
                SetTimer();
            }
            return;
        }
        Pump();
    }

    private void Offered(ServiceName name)
    {
        lock (_state) _core.Offered(name);
        Pump();
    }

    // Whoever came between two looks was told of by the event, or is found now.
    private void LookUp(string service)
    {
        if (_services.Find(service) is null) return;
        lock (_state) _core.Offered(ServiceName.Parse(service));
    }

    private void Tick()
    {
        RequestRow[] held;
        lock (_state)
        {
            _timerDue = long.MaxValue;
            held = [.. _held];
            _held.Clear();
            _hasUnread = false;
            _core.Tick(Now);
            SetTimer();
        }
        foreach (var row in held) _journal.Add(row);
        Pump();
    }

    private void SetTimer()
    {
        var due = Math.Min(_core.NextDue, _held.Count > 0 || _hasUnread ? Now + (long)Pause.TotalMilliseconds : long.MaxValue);
        if (due >= _timerDue) return;
        _timerDue = due;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, due - Now)), Timeout.InfiniteTimeSpan);
    }

    [LoggerMessage(11002, LogLevel.Warning, "Request {Id} for {Service} has failed at attempt {Attempt}: {Reason}")]
    private partial void LogFailed(string id, string service, int attempt, string reason);

    [LoggerMessage(11003, LogLevel.Warning, "Requests that wait cannot be read; it is tried again: {Reason}")]
    private partial void LogUnread(string reason);
}

/// <summary>A request on its way to its target.</summary>
internal sealed class DeliveryCall : Call
{
    private readonly RequestDispatcher _dispatcher;

    public DeliveryCall(RequestDispatcher dispatcher, Delivery delivery, string id, Frames frames, TimeSpan deadline, Origin origin)
        : base(delivery.Lane.Service, frames, deadline, origin)
    {
        (_dispatcher, Delivery) = (dispatcher, delivery);
        (RequestId, Attempt, MayRepeat) = (id, delivery.Attempt, false);
    }

    public Delivery Delivery { get; }

    protected override void OnEnded(in Reply reply) => _dispatcher.Replied(this, reply);
}
