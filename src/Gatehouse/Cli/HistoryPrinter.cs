using System.Buffers;
using System.Globalization;
using System.Text;
using Gatehouse.History;
using Gatehouse.Parts;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Cli;

/// <summary>How the past of a key is printed.</summary>
internal enum HistoryForm
{
    Table,
    Csv,
    JsonLines,

    /// <summary>The hub's own answer.</summary>
    Document,
}

/// <summary>Prints points or buckets as they come, and holds few of them. One run of the command.</summary>
internal sealed class HistoryPrinter(ClientRunner runner, HistoryForm form)
{
    // As many rows are as wide as the widest of them; more would not be seen at once.
    private const int RowsAtOnce = 5000;
    private const int Lump = 64 * 1024;
    private const string BucketHeader = "key,time,min,max,mean,count,quality";

    private static readonly string[] PointHeadings = ["TIME", "VALUE", "QUALITY"];
    private static readonly string[] BucketHeadings = ["TIME", "MIN", "MAX", "MEAN", "COUNT", "QUALITY"];

    private readonly List<string[]> _rows = [];
    private readonly StringBuilder _text = new();
    private SeriesInfo _series = new() { Key = "", From = default, To = default };
    private KeyNotes? _notes;
    private bool _hasHeadings;

    public long Count { get; private set; }

    public void Begin(SeriesInfo series, string parts, TimeSpan? width = null)
    {
        (_series, _notes) = (series, new KeyNotes("", series.Unit, series.IsDemo, null, null));
        if (form == HistoryForm.Csv) _text.Append(parts == "points" ? ExportLine.Header : BucketHeader).Append("\r\n");
        if (form == HistoryForm.Document) _text.Append(Opening(parts, width));
    }

    public Task AddAsync(in HistoryPoint point, CancellationToken stop)
    {
        var shown = point.Removed ? "" : EntryText.Show(point.Value);
        if (form == HistoryForm.Table) _rows.Add([EntryText.Time(point.Time), shown, point.QualityText]);
        else if (form == HistoryForm.Document) AppendPart(Of(point));
        else AppendLine(point);
        return CountAsync(PointHeadings, flexible: 1, stop);
    }

    public Task AddAsync(in HistoryBucket bucket, CancellationToken stop)
    {
        string[] cells =
        [
            EntryText.Time(bucket.Time), Number(bucket.Minimum), Number(bucket.Maximum), Number(bucket.Mean),
            bucket.Count.ToString(CultureInfo.InvariantCulture), bucket.Quality.ToText(),
        ];
        if (form == HistoryForm.Table) _rows.Add(cells);
        else if (form == HistoryForm.Csv) _text.Append(ExportLine.Field(_series.Key)).Append(',').AppendJoin(',', cells).Append("\r\n");
        else if (form == HistoryForm.Document) AppendPart(Of(bucket));
        else _text.Append(LineOf(bucket)).Append('\n');
        return CountAsync(BucketHeadings, flexible: 0, stop);
    }

    public async Task EndAsync(CancellationToken stop)
    {
        if (form == HistoryForm.Document) _text.Append("]}\n");
        await FlushAsync(_rows is [{ Length: 6 }, ..] ? BucketHeadings : PointHeadings, _rows is [{ Length: 6 }, ..] ? 0 : 1, stop);
    }

    private Task CountAsync(string[] headings, int flexible, CancellationToken stop)
    {
        Count++;
        return _rows.Count >= RowsAtOnce || _text.Length >= Lump ? FlushAsync(headings, flexible, stop) : Task.CompletedTask;
    }

    private async Task FlushAsync(string[] headings, int flexible, CancellationToken stop)
    {
        if (_rows.Count > 0)
        {
            var table = Table.Render(headings, _rows, flexible, runner.Console.Width);
            _text.Append(_hasHeadings ? table[(table.IndexOf('\n', StringComparison.Ordinal) + 1)..] : table);
            _hasHeadings = true;
            _rows.Clear();
        }
        var text = _text.ToString();
        _text.Clear();
        if (runner.Console.Width is not null && form is (HistoryForm.Csv or HistoryForm.JsonLines))
        {
            text = TerminalText.Escape(text.Replace("\r\n", "\n", StringComparison.Ordinal), keepLines: true);
        }
        await runner.PrintAsync(text, stop);
    }

    private void AppendLine(in HistoryPoint point)
    {
        var line = new ArrayBufferWriter<byte>();
        var format = form == HistoryForm.Csv ? ExportFormat.Csv : ExportFormat.JsonLines;
        ExportLine.Write(line, format, _series.Key, new Point(point.Time, point.Value, point.Quality, point.Removed), _notes);
        _text.Append(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    private void AppendPart(string json) => _text.Append(Count > 0 ? "," : "").Append(json);

    private string Opening(string parts, TimeSpan? width)
    {
        var head = JsonText.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, _series.Key);
            writer.WriteString("from"u8, _series.From);
            writer.WriteString("to"u8, _series.To);
            if (_series.Unit is { } unit) writer.WriteString("unit"u8, unit);
            if (_series.IsDemo) writer.WriteBoolean("demo"u8, true);
            if (_series.Hold is { } hold) writer.WriteNumber("hold"u8, hold.TotalSeconds);
            if (width is { } span) writer.WriteNumber("width"u8, span.TotalSeconds);
            writer.WriteEndObject();
        });
        var before = width is not null ? "" : $",\"before\":{(_series.Before is { } point ? Of(point) : "null")}";
        return $"{head[..^1]}{before},\"{parts}\":[";
    }

    private static string Of(HistoryPoint point) => JsonText.Of(writer =>
    {
        writer.WriteStartArray();
        writer.WriteStringValue(point.Time);
        point.Value.WriteJson(writer);
        writer.WriteStringValue(point.QualityText);
        writer.WriteEndArray();
    });

    private static string Of(HistoryBucket bucket) => JsonText.Of(writer =>
    {
        writer.WriteStartArray();
        writer.WriteStringValue(bucket.Time);
        foreach (var number in (double?[])[bucket.Minimum, bucket.Maximum, bucket.Mean]) ValueOf(number).WriteJson(writer);
        writer.WriteNumberValue(bucket.Count);
        writer.WriteStringValue(bucket.Quality.ToText());
        writer.WriteEndArray();
    });

    private string LineOf(HistoryBucket bucket) => JsonText.Of(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, _series.Key);
        writer.WriteString("time"u8, bucket.Time);
        foreach (var (name, number) in ((string, double?)[])[("min", bucket.Minimum), ("max", bucket.Maximum), ("mean", bucket.Mean)])
        {
            writer.WritePropertyName(name);
            ValueOf(number).WriteJson(writer);
        }
        writer.WriteNumber("count"u8, bucket.Count);
        writer.WriteString("quality"u8, bucket.Quality.ToText());
        writer.WriteEndObject();
    });

    private static Value ValueOf(double? number) => number is { } real ? Value.From(real) : Value.Null;

    private static string Number(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
