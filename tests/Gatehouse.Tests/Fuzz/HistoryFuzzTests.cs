using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Gatehouse.History;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.History;

namespace Gatehouse.Tests.Fuzz;

/// <summary>Everything of the history that comes from a disk, from a user, or from a hub to a client.</summary>
[Trait("Run", "Fuzz")]
public sealed class HistoryFuzzTests
{
    [Fact(Explicit = true)]
    public void A_json_line_is_a_point_or_refused_with_a_reason() => Fuzzer.Run(
        Bytes(
            """{"key":"/a","time":"2026-01-31T12:00:00Z","value":1.50,"quality":"good","unit":"°C"}""",
            """{"key":"/a#x","time":1769860800,"value":{"b":[1]},"quality":"removed","demo":true}""",
            """{"key":"a","value":"\ud800","time":5}"""),
        input => Told(ImportLine.TryParseJson(input, out var line), line),
        "None", "NotReadable", "Missing", "Key", "Time", "Value", "Quality");

    [Fact(Explicit = true)]
    public void Fields_of_csv_are_a_point_or_refused_with_a_reason() => Fuzzer.Run(
        Bytes("/a|2026-01-31T12:00:00Z|\"x\"|good", "/a#x|1769860800|21.50|stale", "/b|2026-01-31||removed"),
        input =>
        {
            var fields = Encoding.Latin1.GetString(input).Split('|');
            if (fields.Length < 3) return "None";
            return Told(ImportLine.TryParseFields(fields[0], fields[1], fields[2], fields.ElementAtOrDefault(3), out var line), line);
        },
        "None", "Key", "Time", "Value", "Quality");

    [Fact(Explicit = true)]
    public void A_record_of_csv_is_cut_into_fields_or_refused() => Fuzzer.Run(
        Bytes("/a,2026,\"a \"\"b\"\",\nc\",,good", "a,b\n\"c\",d", "\"\",\"\"\"\""),
        input =>
        {
            var end = CsvRecord.FindEnd(input);
            Assert.InRange(end, -1, input.Length - 1);
            var record = Encoding.Latin1.GetString(end < 0 ? input : input.AsSpan(0, end));
            return CsvRecord.TryRead(record, []) ? "read" : "refused";
        },
        "read", "refused");

    [Fact(Explicit = true)]
    public void A_text_is_cut_into_lines_or_refused() => Fuzzer.Run(
        Bytes("key,time,value,quality\n/a,2026-01-31,1,good\n/b,2026-01-31,\"x\ny\",\n", "value,key,time\r\n1,/a,5\r\n2,/b\r\n"),
        input =>
        {
            try
            {
                var text = new ImportText(ExportFormat.Csv).ReadAsync(PipeReader.Create(new ReadOnlySequence<byte>(input)));
                return text.ToBlockingEnumerable().SelectMany(l => l).Any(l => l.Fault != ImportFault.None) ? "some refused" : "read";
            }
            catch (InvalidDataException e)
            {
                return e.Message.Split(' ')[0];
            }
        },
        "read", "some refused", "the");

    [Fact(Explicit = true)]
    public void A_range_is_read_or_refused_with_a_reason() => Fuzzer.Run(
        Bytes("-24h|", "2026-01-31T12:00:00Z|1769860800.5", "-1.5d|-30m", "-5|"),
        input =>
        {
            var ends = Encoding.Latin1.GetString(input).Split('|');
            var now = new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);
            var isRead = HistoryRange.TryParse(ends[0], ends.ElementAtOrDefault(1), now, out var range, out var reason);
            Assert.True(isRead ? range.From < range.To && range.From >= 0 : reason!.Length > 0);
            return isRead ? "read" : reason!.Split(' ')[2];
        },
        "read", "ISO", "a");

    [Fact(Explicit = true)]
    public void Packed_points_are_read_or_refused()
    {
        var random = new Random(1);
        var good = Enumerable.Range(0, 20)
            .Select(_ => PackedPointTests.Pack([PackedPointTests.RandomPoint(random), PackedPointTests.RandomPoint(random)]));
        Fuzzer.Run([.. good], input =>
        {
            var reader = new PointReader(input);
            while (reader.TryRead(out _)) { }
            return reader.Fault.ToString();
        }, Enum.GetNames<PackedFault>());
    }

    [Fact(Explicit = true)]
    public void Rows_of_rollups_are_read_or_refused()
    {
        var row = new RollupRow(RollupLevel.Hour);
        var noon = new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);
        for (var i = 0; i < 6; i++) row.Add(new Point(noon.AddHours(i / 2), i * 1.5, (Quality)(i % 4)));
        Fuzzer.Run([row.Pack()], input =>
        {
            ReadOnlySpan<byte> rest = input;
            while (RollupRow.TryUnpack(ref rest, out _, out _)) { }
            var isRead = new RollupRow(RollupLevel.Hour).TryAdd(input);
            Assert.True(rest.IsEmpty || !isRead);
            return isRead ? "read" : "refused";
        }, "read", "refused");
    }

    [Fact(Explicit = true)]
    public void Entries_of_the_journal_are_read_or_refused()
    {
        var memory = new HistoryMemory();
        var journal = new Journal();
        for (var i = 0; i < 5; i++) memory.Append(memory.SeriesOf($"/a{i % 2}"), new Point(DateTime.UnixEpoch.AddSeconds(i), i));
        memory.Fill(journal);
        Fuzzer.Run([journal.Entries.ToArray()], input =>
        {
            ReadOnlySpan<byte> rest = input;
            while (JournalEntry.TryTake(ref rest, out var entry)) Assert.True(entry is { Offset: >= 0, Block: >= 0, Series: >= 0 });
            return rest.IsEmpty ? "read" : "refused";
        }, "read", "refused");
    }

    [Fact(Explicit = true)]
    public void The_answer_about_a_series_is_read_or_refused_as_documented() => Fuzzer.Run(
        Bytes(
            """{"key":"/a","from":"2026-01-31","to":"2026-02-01","unit":"°C","hold":30,"before":null"""
            + ""","points":[["2026-01-31",{"x":1},"good"]]}""",
            """{"key":"/a","from":"2026-01-31","to":"2026-02-01","width":60,"buckets":[["2026-01-31",1,2,1.5,2,"stale"]]}"""),
        input =>
        {
            try
            {
                var body = new HistoryBody();
                body.Take(input, isLast: true);
                return body.Points.Count > 0 ? "points" : body.Buckets.Count > 0 ? "buckets" : "empty";
            }
            catch (JsonException)
            {
                return "refused";
            }
        },
        "points", "buckets", "refused");

    private static string Told(ImportFault fault, in ImportLine line)
    {
        Assert.Equal(fault != ImportFault.None, line.Key is null);
        if (fault != ImportFault.None) Assert.NotEmpty(ImportLine.Explain(fault));
        else Assert.True(line.Point.Value.Size <= Value.MaxSize);
        return fault.ToString();
    }

    private static byte[][] Bytes(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
