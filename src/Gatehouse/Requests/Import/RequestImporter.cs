using System.Buffers;
using System.ComponentModel;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Requests.Callbacks;

namespace Gatehouse.Requests.Import;

/// <summary>What came of an import.</summary>
internal sealed record RequestImportDocument(
    [property: Description("Requests that were taken in.")] long Imported,
    [property: Description("Requests that the hub had already.")] long Known,
    [property: Description("Lines that were not taken in.")] long Refused,
    [property: Description("Why, of the first of them.")] IReadOnlyList<string> Problems);

/// <summary>Takes in requests of another database, line by line while they are sent; each is on disk before it is counted.</summary>
internal sealed class RequestImporter(RequestQueue queue, CallbackSender callbacks, RequestOptions options)
{
    private const int AtOnce = 256, MostProblems = 20;
    private const long MostBytes = 32 << 20;

    private readonly Queue<(ImportedRequest Request, long Line, long Size, Task<Acceptance> Done)> _underWay = new();
    private readonly List<string> _problems = [];
    private long _imported, _known, _refused, _bytes;

    // A request and its answer, each a third longer as text.
    private long LongestLine => (options.MaxMessage * 3L) + 64 * 1024;

    public async Task<RequestImportDocument> RunAsync(PipeReader lines, CancellationToken stop)
    {
        var number = 0L;
        while (true)
        {
            var read = await lines.ReadAsync(stop);
            var buffer = read.Buffer;
            while (TryTakeLine(ref buffer, read.IsCompleted, out var line)) await TakeAsync(line, ++number);
            if (buffer.Length > LongestLine)
            {
                Refuse(number + 1, $"it has more than {LongestLine} bytes, so it and all behind it were not read");
                break;
            }
            lines.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) break;
        }
        while (_underWay.Count > 0) await SettleAsync();
        return new RequestImportDocument(_imported, _known, _refused, _problems);
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        line = default;
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }
        if (!isLast || buffer.IsEmpty) return false;
        line = buffer;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private async Task TakeAsync(ReadOnlySequence<byte> line, long number)
    {
        if (line.IsEmpty) return;
        if (!RequestLine.TryRead(line.IsSingleSegment ? line.FirstSpan : line.ToArray(), out var request, out var reason))
        {
            Refuse(number, reason);
            return;
        }
        while (_underWay.Count >= AtOnce || (_underWay.Count > 0 && _bytes + line.Length > MostBytes)) await SettleAsync();
        _bytes += line.Length;
        _underWay.Enqueue((request, number, line.Length, queue.ImportAsync(request)));
    }

    private async Task SettleAsync()
    {
        var (request, line, size, done) = _underWay.Dequeue();
        var accepted = await done;
        _bytes -= size;
        if (accepted.Status == AcceptStatus.Known) _known++;
        else if (accepted.Status != AcceptStatus.Accepted) Refuse(line, accepted.Reason ?? "");
        else
        {
            _imported++;
            if (request.Callback is { } callback) callbacks.Watch(accepted.Id, callback);
        }
    }

    private void Refuse(long line, string reason)
    {
        _refused++;
        if (_problems.Count < MostProblems) _problems.Add($"line {line}: {reason}");
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(RequestImportDocument))]
internal sealed partial class RequestImportJson : JsonSerializerContext;
