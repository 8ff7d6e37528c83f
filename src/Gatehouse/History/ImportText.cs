using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Unicode;

namespace Gatehouse.History;

/// <summary>One line of a text that is imported, or why it is none.</summary>
/// <param name="Number">Counted from 1; a record of CSV that breaks over lines counts as one.</param>
internal readonly record struct NumberedLine(long Number, ImportFault Fault, ImportLine Line);

/// <summary>Cuts a stream of text into the points that it holds, as many at a time as have come.</summary>
internal sealed class ImportText(ExportFormat format)
{
    /// <summary>Longer lines are refused: the longest value in JSON's longest spelling, doubled quotes and all, is shorter.</summary>
    public const int MostBytes = 1024 * 1024;

    private static readonly string[] Columns = ["key", "time", "value"];

    private readonly List<string> _fields = [];
    private int[]? _columns;
    private long _number;
    private string? _refusal;

    /// <exception cref="InvalidDataException">It is not the kind of text that it should be; nothing in it can be read.</exception>
    public async IAsyncEnumerable<IReadOnlyList<NumberedLine>> ReadAsync(PipeReader input)
    {
        while (true)
        {
            var read = await input.ReadAsync();
            var lines = Take(read.Buffer, read.IsCompleted, out var taken);
            input.AdvanceTo(read.Buffer.GetPosition(taken), read.Buffer.End);
            if (lines.Count > 0) yield return lines;
            if (_refusal is not null) throw new InvalidDataException(_refusal);
            if (read.IsCompleted) yield break;
        }
    }

    private List<NumberedLine> Take(ReadOnlySequence<byte> buffer, bool isLast, out long taken)
    {
        var lines = new List<NumberedLine>();
        ReadOnlySpan<byte> bytes = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray();
        var rest = bytes;
        while (!rest.IsEmpty && _refusal is null)
        {
            var end = format == ExportFormat.Csv ? CsvRecord.FindEnd(rest) : rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                if (rest.Length > MostBytes) _refusal = $"line {_number + 1} has more than {MostBytes} bytes";
                if (!isLast || _refusal is not null) break;
                end = rest.Length;
            }
            if (Parse(rest[..end].TrimEnd((byte)'\r')) is { } line) lines.Add(line);
            rest = rest[Math.Min(rest.Length, end + 1)..];
        }
        taken = bytes.Length - rest.Length;
        return lines;
    }

    private NumberedLine? Parse(ReadOnlySpan<byte> bytes)
    {
        _number++;
        if (_number == 1 && bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        if (bytes.IsEmpty) return null;
        if (format == ExportFormat.JsonLines) return new NumberedLine(_number, ImportLine.TryParseJson(bytes, out var line), line);
        if (!Utf8.IsValid(bytes) || !CsvRecord.TryRead(Encoding.UTF8.GetString(bytes), _fields))
        {
            return new NumberedLine(_number, ImportFault.NotReadable, default);
        }
        return _columns is null ? ReadHeader() : ReadFields(_columns);
    }

    private NumberedLine? ReadHeader()
    {
        _columns = [.. Columns.Append("quality").Select(name => _fields.IndexOf(name))];
        if (_columns.AsSpan(0, Columns.Length).Contains(-1))
        {
            _refusal = $"the first line has to name the columns: {ExportLine.Header}; the last three may be missing";
        }
        return null;
    }

    private NumberedLine ReadFields(int[] columns)
    {
        if (columns.Any(c => c >= _fields.Count)) return new NumberedLine(_number, ImportFault.Missing, default);
        var quality = columns[3] < 0 ? null : _fields[columns[3]];
        var fault = ImportLine.TryParseFields(_fields[columns[0]], _fields[columns[1]], _fields[columns[2]], quality, out var line);
        return new NumberedLine(_number, fault, line);
    }
}
