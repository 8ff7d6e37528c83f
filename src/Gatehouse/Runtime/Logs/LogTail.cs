namespace Gatehouse.Runtime.Logs;

/// <summary>What was read of the log.</summary>
/// <param name="Records">Oldest first.</param>
/// <param name="After">Resume after this number, and nothing is missed or repeated.</param>
/// <param name="Lost">At most so many records were forgotten before the reader came for them.</param>
internal readonly record struct LogReading(IReadOnlyList<LogRecord> Records, long After, long Lost);

/// <summary>The latest records of the log, as many as are worth keeping in memory. Any thread.</summary>
internal sealed class LogTail(TimeProvider time)
{
    public const int MostRecords = 2000;
    public const int MostBytes = 2 * 1024 * 1024;

    /// <summary>A message or exception is cut at so many characters.</summary>
    public const int LongestText = 16 * 1024;

    // What a record takes beside its texts.
    private const int RecordBytes = 120;

    private readonly Lock _lock = new();
    private readonly Queue<LogRecord> _records = new();
    private readonly List<LogCursor> _waiting = [];

    // Numbers of a run begin at its time in microseconds: so they grow over restarts too, for no run writes a million records a second.
    private readonly long _start = (time.GetUtcNow().UtcDateTime - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    private long _count;
    private int _bytes;

    public void Add(LogLevel level, string category, string message, string? exception)
    {
        LogCursor[] waiting;
        lock (_lock)
        {
            var record = new LogRecord(
                _start + ++_count, time.GetUtcNow().UtcDateTime, level, category, Cut(message), exception is null ? null : Cut(exception));
            _records.Enqueue(record);
            _bytes += Size(record);
            while (_records.Count > MostRecords || _bytes > MostBytes) _bytes -= Size(_records.Dequeue());
            if (_waiting.Count == 0) return;
            waiting = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var cursor in waiting) cursor.Wake();
    }

    /// <summary>Reads what came after a number, the oldest of it first; after 0, or a number of another run, all there is.</summary>
    public LogReading ReadAfter(long after, LogLevel least, int most)
    {
        lock (_lock)
        {
            var isOfThisRun = after >= _start && after <= _start + _count;
            if (!isOfThisRun) after = _start;
            var oldest = _start + _count - _records.Count;
            var lost = isOfThisRun ? Math.Max(0, oldest - after) : 0;
            var records = new List<LogRecord>();
            foreach (var record in _records)
            {
                if (record.Number <= after || record.Level < least) continue;
                if (records.Count == most) return new LogReading(records, records.Count == 0 ? after : records[^1].Number, lost);
                records.Add(record);
            }
            return new LogReading(records, _start + _count, lost);
        }
    }

    /// <summary>Reads the newest.</summary>
    public LogReading ReadLatest(LogLevel least, int most)
    {
        lock (_lock) return new LogReading([.. _records.Where(r => r.Level >= least).TakeLast(most)], _start + _count, 0);
    }

    // Wakes it at once when something came since it has read.
    internal void Wait(LogCursor cursor)
    {
        lock (_lock)
        {
            if (cursor.After == _start + _count)
            {
                if (!_waiting.Contains(cursor)) _waiting.Add(cursor);
                return;
            }
        }
        cursor.Wake();
    }

    internal void Leave(LogCursor cursor)
    {
        lock (_lock) _waiting.Remove(cursor);
    }

    private static int Size(LogRecord record) =>
        RecordBytes + (sizeof(char) * (record.Message.Length + (record.Exception?.Length ?? 0)));

    private static string Cut(string text)
    {
        if (text.Length <= LongestText) return text;
        var end = LongestText - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }
}

/// <summary>One reader's place in the log. One reader at a time.</summary>
internal sealed class LogCursor(LogTail tail, LogLevel least, long after, Action wake) : IDisposable
{
    private const int MostPerReading = 500;

    private long _after = after;

    internal long After => Volatile.Read(ref _after);

    /// <summary>The next records; none when the reader has seen everything of its level.</summary>
    public LogReading Read()
    {
        var reading = tail.ReadAfter(After, least, MostPerReading);
        Volatile.Write(ref _after, reading.After);
        return reading;
    }

    /// <summary>Asks for one wake-up when there is something to read; it comes at once when there is already.</summary>
    public void Rearm() => tail.Wait(this);

    public void Dispose() => tail.Leave(this);

    internal void Wake() => wake();
}
