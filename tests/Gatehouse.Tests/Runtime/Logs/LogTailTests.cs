using Gatehouse.Runtime.Logs;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Runtime.Logs;

public sealed class LogTailTests
{
    private readonly ManualTime _time = new();
    private readonly LogTail _tail;

    public LogTailTests() => _tail = new LogTail(_time);

    [Fact]
    public void The_latest_are_kept_and_what_a_reader_missed_is_counted()
    {
        Add(1);
        var first = _tail.ReadAfter(0, LogLevel.Trace, 10);
        Add(LogTail.MostRecords + 5);
        var rest = _tail.ReadAfter(first.After, LogLevel.Trace, int.MaxValue);
        Assert.Equal((LogTail.MostRecords, 5), (rest.Records.Count, rest.Lost));
        Assert.Equal((0, 0), (_tail.ReadAfter(rest.After, LogLevel.Trace, 10).Records.Count, _tail.ReadAfter(rest.After, 0, 10).Lost));
    }

    [Fact]
    public void Long_records_leave_room_for_fewer()
    {
        for (var i = 0; i < 500; i++) _tail.Add(LogLevel.Error, "Lab", new string('x', 100_000), new string('y', 100_000));
        var kept = _tail.ReadLatest(LogLevel.Trace, int.MaxValue).Records;
        Assert.InRange(kept.Count, 20, LogTail.MostBytes / (LogTail.LongestText * 2));
        Assert.Equal(LogTail.LongestText, kept[0].Message.Length);
        Assert.EndsWith("…", kept[0].Exception, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_does_not_go_through_a_character()
    {
        _tail.Add(LogLevel.Error, "Lab", new string('x', LogTail.LongestText - 2) + "😀😀", null);
        Assert.False(char.IsSurrogate(Assert.Single(_tail.ReadLatest(0, 1).Records).Message[^2]));
    }

    [Fact]
    public void Reading_bit_by_bit_misses_and_repeats_nothing()
    {
        var random = new Random(17);
        var (seen, after) = (new List<long>(), 0L);
        for (var round = 0; round < 300; round++)
        {
            for (var i = random.Next(4); i > 0; i--) _tail.Add((LogLevel)random.Next(6), "Lab", "x", null);
            var reading = _tail.ReadAfter(after, LogLevel.Warning, random.Next(1, 4));
            seen.AddRange(reading.Records.Select(r => r.Number));
            after = reading.After;
        }
        while (_tail.ReadAfter(after, LogLevel.Warning, 3) is { Records.Count: > 0 } more)
        {
            seen.AddRange(more.Records.Select(r => r.Number));
            after = more.After;
        }
        Assert.Equal(_tail.ReadLatest(LogLevel.Warning, int.MaxValue).Records.Select(r => r.Number), seen);
    }

    [Fact]
    public void Numbers_grow_over_restarts_and_a_reader_of_the_run_before_gets_all()
    {
        Add(3);
        var before = _tail.ReadLatest(LogLevel.Trace, 10);
        _time.Advance(TimeSpan.FromSeconds(1));
        var next = new LogTail(_time);
        next.Add(LogLevel.Information, "Lab", "again", null);
        var reading = next.ReadAfter(before.After, LogLevel.Trace, 10);
        Assert.Equal(("again", 0), (Assert.Single(reading.Records).Message, reading.Lost));
        Assert.True(reading.Records[0].Number > before.Records[^1].Number);
    }

    [Fact]
    public void A_reader_who_waits_is_woken_once_and_at_once_when_there_is_something_already()
    {
        var woken = 0;
        using var cursor = new LogCursor(_tail, LogLevel.Trace, 0, () => woken++);
        Assert.Empty(cursor.Read().Records);
        cursor.Rearm();
        cursor.Rearm();
        Assert.Equal(0, woken);
        Add(2);
        Assert.Equal(1, woken);
        cursor.Rearm();
        Assert.Equal((2, 2), (woken, cursor.Read().Records.Count));
        cursor.Rearm();
        cursor.Dispose();
        Add(1);
        Assert.Equal(2, woken);
    }

    [Fact]
    public void What_the_log_writes_is_kept_with_its_exception()
    {
        using var provider = new LogTailProvider(_tail);
        var logger = provider.CreateLogger("Gatehouse.Lab");
        Assert.Null(logger.BeginScope("scope"));
        logger.Log(LogLevel.None, default, "nothing", null, (s, _) => s);
        logger.Log(LogLevel.Warning, default, "hot", new IOException("cable out"), (s, _) => s + "!");
        var record = Assert.Single(_tail.ReadLatest(LogLevel.Trace, 10).Records);
        Assert.Equal(
            (_time.GetUtcNow().UtcDateTime, LogLevel.Warning, "Gatehouse.Lab", "hot!"),
            (record.Time, record.Level, record.Category, record.Message));
        Assert.Equal("System.IO.IOException: cable out", record.Exception);
    }

    private void Add(int count)
    {
        for (var i = 0; i < count; i++) _tail.Add(LogLevel.Information, "Lab", "x", null);
    }
}
