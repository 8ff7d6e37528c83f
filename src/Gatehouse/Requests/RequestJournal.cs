using Gatehouse.Storage;

namespace Gatehouse.Requests;

/// <summary>
/// Writes the rows of requests: whatever comes while one group is on its way to the disk makes the next. One work, one savepoint, one flush
/// for all of them. Any thread.
/// </summary>
internal sealed partial class RequestJournal : Work
{
    private const int MostRows = 2048, MostBytes = 16 << 20;

    private readonly HubDatabase _database;
    private readonly ILogger _logger;
    private readonly Action _settled;
    private readonly Lock _state = new();

    // Under the lock.
    private readonly Queue<RequestRow> _gathered = new();
    private bool _isWriting;

    // The writer's thread.
    private readonly List<RequestRow> _rows = [];
    private readonly RequestWriter _writer = new();
    private readonly Queue<RequestRow> _alone = new();

    public RequestJournal(HubDatabase database, Action settled, ILogger logger) =>
        (_database, _settled, _logger) = (database, settled, logger);

    /// <summary>Which run of the hub this is; 0 until something was written.</summary>
    public long RunNumber { get; private set; }

    /// <summary>The first number that a request of this run can have.</summary>
    public long First { get; private set; }

    /// <summary>Adds a row. It is told on the writer's thread; on this one when there is no database to write to.</summary>
    public void Add(RequestRow row)
    {
        lock (_state)
        {
            _gathered.Enqueue(row);
            if (_isWriting) return;
            _isWriting = true;
        }
        Submit();
    }

    public override void Run(Session session)
    {
        _rows.Clear();
        if (_alone.TryDequeue(out var alone)) _rows.Add(alone);
        else Take();
        _writer.Begin(session);
        foreach (var row in _rows) row.Write(_writer);
    }

    protected override void Settle(Exception? failure)
    {
        if (failure is null) (RunNumber, First) = (_writer.Run, _writer.First);
        else _writer.Undo(RunNumber == 0);
        if (failure is StorageException { Fault: StorageFault.Failed } && _rows.Count > 1)
        {
            // One of them may be at fault for all: each gets a work of its own.
            foreach (var row in _rows) _alone.Enqueue(row);
        }
        else
        {
            foreach (var row in _rows) Tell(row, failure);
        }
        _settled();
        if (_alone.Count == 0)
        {
            lock (_state)
            {
                if (_gathered.Count == 0)
                {
                    _isWriting = false;
                    return;
                }
            }
        }
        Submit();
    }

    private void Submit()
    {
        Exception failure;
        try
        {
            _database.Write(this);
            return;
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException)
        {
            failure = e;
        }
        RequestRow[] rows;
        lock (_state)
        {
            rows = [.. _alone, .. _gathered];
            _alone.Clear();
            _gathered.Clear();
            _isWriting = false;
        }
        foreach (var row in rows) Tell(row, failure);
    }

    private void Take()
    {
        var bytes = 0L;
        lock (_state)
        {
            while (_rows.Count < MostRows && bytes < MostBytes && _gathered.TryDequeue(out var row))
            {
                _rows.Add(row);
                bytes += row.Size;
            }
        }
    }

    // The writer's thread is everybody's: it does not end because one who is told fails.
    private void Tell(RequestRow row, Exception? failure)
    {
        try
        {
            row.Settle(failure);
        }
        catch (Exception e)
        {
            LogTellingFailed(e, row.GetType().Name);
        }
    }

    [LoggerMessage(11001, LogLevel.Error, "Who waited for {Row} to be written failed when it was told")]
    private partial void LogTellingFailed(Exception e, string row);
}
