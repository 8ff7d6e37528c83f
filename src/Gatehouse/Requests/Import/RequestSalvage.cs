using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Storage;

namespace Gatehouse.Requests.Import;

/// <summary>
/// Reads the requests of a <c>hub.db</c> that was set aside as damaged, and of a sound one all of them. It goes from page to page, so that
/// a damaged one costs the rows on it and no others, and changes nothing. One thread at a time.
/// </summary>
internal sealed class RequestSalvage : IDisposable
{
    private readonly DatabasePages _pages;
    private readonly RowScan _scan;
    private readonly SortedDictionary<long, RowPlace> _requests = [];
    private readonly Dictionary<long, RowPlace> _ends = [];
    private readonly Dictionary<long, (int Tries, string? Reason)> _tries = [];
    private readonly Dictionary<long, (long Salt, long Accepted)> _told = [];
    private readonly HashSet<long> _named = [];
    private long _run;

    private RequestSalvage(DatabasePages pages)
    {
        (_pages, _scan) = (pages, new RowScan(pages));
        foreach (var row in _scan.Rows()) Note(row);
    }

    /// <summary>Nothing was found that the queue keeps.</summary>
    public bool IsEmpty => _requests.Count == 0 && _ends.Count == 0 && _named.Count == 0;

    /// <summary>Requests of which a part is missing, so that they are left out.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Requests that were answered, and whose answer is missing; they are left out, not to be carried out again.</summary>
    public long LostAnswers { get; private set; }

    /// <summary>Looks the file through.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static RequestSalvage Open(string path)
    {
        var pages = DatabasePages.Open(path, new DatabaseOptions().PageSize);
        try
        {
            return new RequestSalvage(pages);
        }
        catch
        {
            pages.Dispose();
            throw;
        }
    }

    /// <summary>Every request that can be read, oldest first. Go through it once.</summary>
    public IEnumerable<ImportedRequest> Read()
    {
        // Of those whose own row is gone, others tell that there was one.
        Unreadable = _ends.Keys.Concat(_named).Distinct().Count(number => !_requests.ContainsKey(number));
        foreach (var (number, place) in _requests)
        {
            if (_scan.Row(place) is { } row && FramesOf(row) is { } frames)
            {
                if (Read(number, row.Columns, frames) is { } request) yield return request;
                else LostAnswers++;
            }
            else Unreadable++;
        }
    }

    public void Dispose() => _pages.Dispose();

    private void Note(ScannedRow row)
    {
        switch (row)
        {
            case { Id: { } id, Columns: [null, long, long run, long, string, string, null or string, null or string, byte[]] }:
                _requests[id] = row.Place;
                _run = Math.Max(_run, run);
                break;
            case { Id: { } id, Columns: [null, >= 1L and <= 3L, long, >= 0L and <= int.MaxValue, null or string, null or byte[]] }:
                _ends[id] = row.Place;
                break;
            case { Id: { } id, Columns: [null, long and >= 0 and <= int.MaxValue and var tries, var reason and (null or string)] }:
                _tries[id] = ((int)tries, (string?)reason);
                break;
            case { Id: { } id, Columns: [null, long salt, long accepted, > 0L, long, null or long, null or string] }:
                _told[id] = (salt, accepted);
                break;
            case { Id: null, Columns: [string, long and > 0 and var number] }:
                _named.Add(number);
                break;
            case { Id: not null, Columns: [long run] }:
                _run = Math.Max(_run, run);
                break;
            default:
                break;
        }
    }

    private ImportedRequest? Read(long number, IReadOnlyList<object?> columns, Frames frames)
    {
        var (salt, run, accepted) = ((long)columns[1]!, (long)columns[2]!, (long)columns[3]!);
        var id = (string?)columns[6] ?? RequestId.Of(number, (ulong)salt);
        var callback = _told.TryGetValue(number, out var told) && told == (salt, accepted) ? null : (string?)columns[7];
        var service = (string)columns[4]!;
        var peer = (string)columns[5]!;
        if (!_ends.TryGetValue(number, out var place))
        {
            var (tries, reason) = _tries.GetValueOrDefault(number);
            // One more than what was written may have been under way.
            var attempts = tries + 1 + (int)Math.Clamp(_run - run, 0, int.MaxValue / 2);
            return new ImportedRequest(
                id, service, RequestState.Pending, attempts, tries, Time(accepted), null, reason, peer, callback, frames, Frames.None);
        }
        if (_scan.Row(place) is not { } end) return null;
        var state = (RequestState)(long)end.Columns[1]!;
        if ((end.Columns[5] is byte[]? FramesOf(end) : Frames.None) is not { } answer) return null;
        return new ImportedRequest(
            id, service, state, (int)(long)end.Columns[3]!, 0, Time(accepted), Time((long)end.Columns[2]!), (string?)end.Columns[4], peer,
            callback, frames, answer);
    }

    // The frames are the last column. What reaches into a page of zeros was most likely lost there.
    private static Frames? FramesOf(ScannedRow row)
    {
        var bytes = (byte[])row.Columns[^1]!;
        if (!row.IsWhole || row.Sound < bytes.Length || !AreFrames(bytes)) return null;
        return RequestTables.Decode(bytes);
    }

    private static bool AreFrames(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if ((bytes[0] & ~(ZmtpFrames.More | ZmtpFrames.Long)) != 0 || bytes.Length < ZmtpFrames.HeadSizeOf(bytes[0])) return false;
            var isLong = (bytes[0] & ZmtpFrames.Long) != 0;
            if (isLong && System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]) > int.MaxValue / 2) return false;
            var (size, more) = (ZmtpFrames.SizeOf(bytes), (bytes[0] & ZmtpFrames.More) != 0);
            if (size > bytes.Length || more == (size == bytes.Length)) return false;
            bytes = bytes[size..];
        }
        return true;
    }

    private static DateTimeOffset Time(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, 253_402_300_799_000));
}
