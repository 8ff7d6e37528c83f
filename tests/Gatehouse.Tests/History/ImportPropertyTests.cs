using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.History;
using Gatehouse.Parts;

namespace Gatehouse.Tests.History;

public sealed class ImportPropertyTests
{
    private static readonly DateTime Noon = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);
    private static readonly KeyNotes Notes = new("Title", "°C, \"rel.\"", Demo: true, Log: null, Retention: null);

    public static TheoryData<int> Formats => [(int)ExportFormat.Csv, (int)ExportFormat.JsonLines];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Whatever_is_exported_is_read_back_however_it_is_cut(int format)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var points = Enumerable.Range(0, 60).Select(_ => PackedPointTests.RandomPoint(random)).ToList();
            var text = new ArrayBufferWriter<byte>();
            if (format == (int)ExportFormat.Csv) text.Write(Encoding.UTF8.GetBytes(ExportLine.Header + "\r\n"));
            foreach (var point in points)
            {
                ExportLine.Write(text, (ExportFormat)format, "/a,\"b\nc", point, random.Next(2) == 0 ? Notes : null);
            }
            var lines = await ReadAsync(text.WrittenMemory, (ExportFormat)format, random);
            Assert.All(lines, l => Assert.Equal((ImportFault.None, "/a,\"b\nc"), (l.Fault, l.Line.Key)));
            Assert.Equal(points.Select(p => ExportLine.AsRead(p)), lines.Select(l => l.Line.Point));
        }
    }

    [Fact]
    public async Task A_refused_text_leaves_its_reader_so_that_the_server_can_pass_over_the_rest()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("time,temperature\n2026-01-01,5\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var lines in new ImportText(ExportFormat.Csv).ReadAsync(pipe.Reader)) Assert.Empty(lines);
        });
        Assert.Equal(13, (await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer.Length);
    }

    [Fact]
    public void Any_fields_of_csv_come_back() => Check.QuickThrowOnFailure(Prop.ForAll<NonNull<string>[]>(texts =>
    {
        if (texts.Length == 0) return true;
        var record = string.Join(',', texts.Select(t => ExportLine.Field(t.Get)));
        var bytes = Encoding.Latin1.GetBytes(record + "\nnext");
        var fields = new List<string>();
        return CsvRecord.TryRead(record, fields) && fields.SequenceEqual(texts.Select(t => t.Get))
            && CsvRecord.FindEnd(bytes) == record.Length;
    }));

    [Theory]
    [InlineData("5\" pipe,b\nc", 9)]
    [InlineData("\"a\nb\"\"\",c\nd", 9)]
    [InlineData("\"a\nb", -1)]
    [InlineData("", -1)]
    public void A_record_ends_where_no_quote_is_open(string text, int end) =>
        Assert.Equal(end, CsvRecord.FindEnd(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_range_has_a_beginning_before_its_end_or_a_reason() => Check.QuickThrowOnFailure(
        Prop.ForAll<string, string>((from, to) => HistoryRange.TryParse(from, to, Noon, out var range, out var reason)
            ? range.From < range.To : reason.Length > 0));

    [Theory]
    [InlineData(null, null, "2026-01-30T12:00:00.0000001Z", "2026-01-31T12:00:00.0000001Z")]
    [InlineData("-90s", "", "2026-01-31T11:58:30Z", "2026-01-31T12:00:00.0000001Z")]
    [InlineData("-5", "1", "1969-12-31T23:59:55Z", "1970-01-01T00:00:01Z")]
    [InlineData("-999999d", "-1h", "0001-01-01T00:00:00Z", "2026-01-31T11:00:00Z")]
    [InlineData(null, "0001-01-01T00:00:01Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:01Z")]
    public void A_range_is_read(string? from, string? to, string begin, string end)
    {
        Assert.True(HistoryRange.TryParse(from, to, Noon, out var range, out _));
        Assert.Equal((begin, end), (Text(range.From), Text(range.To)));

        static string Text(long ticks) => HistoryRange.Text(new DateTime(ticks, DateTimeKind.Utc));
    }

    [Fact]
    public void Rows_of_rollups_come_back_and_damaged_ones_are_told()
    {
        var random = new Random(1);
        var refused = 0;
        for (var round = 0; round < 2000; round++)
        {
            var (row, again) = (new RollupRow(RollupLevel.Hour), new RollupRow(RollupLevel.Hour));
            for (var i = random.Next(30); i > 0; i--) row.Add(PackedPointTests.RandomPoint(random));
            var packed = row.Pack();
            Assert.True(again.TryAdd(packed));
            Assert.Equal(packed, again.Pack());
            if (packed.Length == 0) continue;
            packed[random.Next(packed.Length)] ^= (byte)(1 << random.Next(8));
            if (!new RollupRow(RollupLevel.Hour).TryAdd(packed.AsSpan(0, random.Next(packed.Length + 1)))) refused++;
        }
        Assert.InRange(refused, 500, 1999);
    }

    [Fact]
    public void Entries_of_the_journal_come_back_and_a_cut_one_is_left()
    {
        var random = new Random(2);
        var memory = new HistoryMemory();
        var expected = new List<Point>();
        var packed = new List<byte>();
        for (var round = 0; round < 50; round++)
        {
            var journal = new Journal();
            for (var i = random.Next(1, 9); i > 0; i--)
            {
                expected.Add(PackedPointTests.RandomPoint(random) with { Time = Noon.AddSeconds(expected.Count) });
                memory.Append(memory.SeriesOf("/a"), expected[^1]);
            }
            memory.Fill(journal);
            ReadOnlySpan<byte> rest = journal.Entries.Span, cut = journal.Entries.Span[..^1];
            Assert.True(JournalEntry.TryTake(ref rest, out var entry));
            Assert.True(rest.IsEmpty);
            Assert.Equal(packed.Count, entry.Offset);
            packed.AddRange(entry.Bytes);
            Assert.False(JournalEntry.TryTake(ref cut, out _));
            Assert.Equal(journal.Entries.Length - 1, cut.Length);
        }
        Assert.Equal(expected, PackedPointTests.Unpack([.. packed]));
    }

    private static async Task<List<NumberedLine>> ReadAsync(ReadOnlyMemory<byte> text, ExportFormat format, Random random)
    {
        var pipe = new Pipe();
        var writing = WriteAsync();
        var lines = new List<NumberedLine>();
        await foreach (var some in new ImportText(format).ReadAsync(pipe.Reader)) lines.AddRange(some);
        await writing;
        return lines;

        async Task WriteAsync()
        {
            for (var rest = text; !rest.IsEmpty;)
            {
                var part = rest[..Math.Min(rest.Length, random.Next(1, 200))];
                await pipe.Writer.WriteAsync(part, TestContext.Current.CancellationToken);
                rest = rest[part.Length..];
            }
            await pipe.Writer.CompleteAsync();
        }
    }
}
