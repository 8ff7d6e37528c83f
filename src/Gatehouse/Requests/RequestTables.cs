using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Storage;

namespace Gatehouse.Requests;

/// <summary>
/// Requests in <c>hub.db</c>. Rows are only appended, so that accepting one changes one page and answering it another; a request is pending
/// when no row says how it ended. Frames lie there as they are on the wire.
/// </summary>
internal static class RequestTables
{
    public static readonly MigrationSet Migrations = new("requests", [new(1, """
        CREATE TABLE request (
            number INTEGER PRIMARY KEY, salt INTEGER NOT NULL, run INTEGER NOT NULL, accepted INTEGER NOT NULL, service TEXT NOT NULL,
            peer TEXT NOT NULL, id TEXT, callback TEXT, frames BLOB NOT NULL);
        CREATE TABLE request_end (
            number INTEGER PRIMARY KEY, state INTEGER NOT NULL, ended INTEGER NOT NULL, attempts INTEGER NOT NULL, reason TEXT,
            frames BLOB);
        CREATE TABLE request_try (number INTEGER PRIMARY KEY, tries INTEGER NOT NULL, reason TEXT);
        CREATE TABLE request_id (id TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE request_run (run INTEGER NOT NULL);
        INSERT INTO request_run VALUES (0)
        """)]);

    private const string Head = """
        SELECT r.number, r.salt, r.run, r.accepted, r.service, r.peer, r.id, r.callback,
            e.state, e.ended, e.attempts, e.reason, t.tries, t.reason
        """;

    private const string Joined = """

        FROM request r LEFT JOIN request_end e ON e.number = r.number LEFT JOIN request_try t ON t.number = r.number
        """;

    // Names that start with a prefix lie between it and the same with the character behind the dot.
    private const string Chosen = """

        WHERE r.number < ?1
            AND (?2 IS NULL OR (r.service >= ?2 AND r.service < ?3) OR r.service = ?2)
            AND (?4 < 0 OR coalesce(e.state, 0) = ?4)
        ORDER BY r.number DESC LIMIT ?5
        """;

    private const string HeadColumns = Head + Joined, AllColumns = Head + ", r.frames, e.frames" + Joined;

    private const int FramesColumn = 14, AnswerColumn = 15;

    /// <summary>The row of the request with this id; null when there is none.</summary>
    public static long? Find(Session session, string id)
    {
        if (RequestId.TryParse(id, out var number, out var salt))
        {
            var own = session.Statement("SELECT 1 FROM request WHERE number = ?1 AND salt = ?2 AND id IS NULL");
            var isThere = own.Bind(1, number).Bind(2, (long)salt).Step();
            own.Reset();
            if (isThere) return number;
        }
        var named = session.Statement("SELECT number FROM request_id WHERE id = ?1").Bind(1, RequestId.Normal(id));
        long? found = named.Step() ? named.Number(0) : null;
        named.Reset();
        return found;
    }

    /// <summary>A whole request; null when it is gone.</summary>
    public static StoredRequest? Read(Session session, long number, long run)
    {
        var row = session.Statement(AllColumns + " WHERE r.number = ?1").Bind(1, number);
        var read = row.Step() ? Read(row, run, withFrames: true) : null;
        row.Reset();
        return read;
    }

    /// <summary>What a target is given; null when the request is gone or has ended.</summary>
    public static (Frames Frames, string Peer, string Id)? ReadFrames(Session session, long number)
    {
        var row = session.Statement("""
            SELECT frames, peer, id, salt FROM request r
            WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM request_end e WHERE e.number = r.number)
            """).Bind(1, number);
        (Frames, string, string)? read = row.Step()
            ? (Decode(row.Bytes(0)), row.Text(1), row.TextOrNull(2) ?? RequestId.Of(number, (ulong)row.Number(3)))
            : null;
        row.Reset();
        return read;
    }

    /// <summary>A list, newest first, without frames.</summary>
    public static List<StoredRequest> List(Session session, RequestQuery query, long run)
    {
        var before = query.After is null ? long.MaxValue : Find(session, query.After) ?? 0;
        var rows = Choose(session.Statement(HeadColumns + Chosen), query, before);
        var found = new List<StoredRequest>();
        while (rows.Step()) found.Add(Read(rows, run, withFrames: false));
        return found;
    }

    /// <summary>The numbers and ids of those that a query finds below a number, the greatest first.</summary>
    public static List<(long Number, string Id)> Ids(Session session, RequestQuery query, long before)
    {
        var rows = Choose(
            session.Statement("SELECT r.number, r.id, r.salt FROM request r LEFT JOIN request_end e ON e.number = r.number" + Chosen),
            query,
            before);
        var found = new List<(long, string)>();
        while (rows.Step()) found.Add((rows.Number(0), rows.TextOrNull(1) ?? RequestId.Of(rows.Number(0), (ulong)rows.Number(2))));
        return found;
    }

    /// <summary>Pending requests in their order.</summary>
    /// <param name="session">Where.</param>
    /// <param name="after">Those with a greater number.</param>
    /// <param name="before">And a smaller one than this.</param>
    /// <param name="service">Those for one service; null for all.</param>
    /// <param name="run">This run of the hub.</param>
    /// <param name="limit">How many at most.</param>
    public static List<PendingRow> Pending(Session session, long after, long before, string? service, long run, int limit)
    {
        var rows = session.Statement("""
            SELECT r.number, r.service, r.run, t.tries FROM request r LEFT JOIN request_try t ON t.number = r.number
            WHERE r.number > ?1 AND r.number < ?2 AND (?3 IS NULL OR r.service = ?3)
                AND NOT EXISTS (SELECT 1 FROM request_end e WHERE e.number = r.number)
            ORDER BY r.number LIMIT ?4
            """).Bind(1, after).Bind(2, before).Bind(3, service).Bind(4, limit);
        var found = new List<PendingRow>();
        while (rows.Step())
        {
            found.Add(new PendingRow(rows.Number(0), rows.Text(1), (int)rows.Number(3), (int)Math.Max(0, run - rows.Number(2))));
        }
        return found;
    }

    /// <summary>The ids of requests that ended before a time.</summary>
    public static List<string> EndedBefore(Session session, long time, int limit)
    {
        var rows = session.Statement("""
            SELECT r.id, r.number, r.salt FROM request_end e JOIN request r ON r.number = e.number WHERE e.ended < ?1 LIMIT ?2
            """).Bind(1, time).Bind(2, limit);
        var found = new List<string>();
        while (rows.Step()) found.Add(rows.TextOrNull(0) ?? RequestId.Of(rows.Number(1), (ulong)rows.Number(2)));
        return found;
    }

    /// <summary>Pending requests that were accepted before a time, the oldest first.</summary>
    public static List<(long Number, string Id, string Service)> PendingSince(Session session, long time, int limit)
    {
        var rows = session.Statement("""
            SELECT r.number, r.id, r.salt, r.service FROM request r
            WHERE r.accepted < ?1 AND NOT EXISTS (SELECT 1 FROM request_end e WHERE e.number = r.number)
            ORDER BY r.number LIMIT ?2
            """).Bind(1, time).Bind(2, limit);
        var found = new List<(long, string, string)>();
        while (rows.Step())
        {
            var number = rows.Number(0);
            found.Add((number, rows.TextOrNull(1) ?? RequestId.Of(number, (ulong)rows.Number(2)), rows.Text(3)));
        }
        return found;
    }

    /// <summary>The bytes of frames as they are kept; none for no frame.</summary>
    public static byte[] Encode(in Frames frames) => frames.Count == 0 ? [] : ZmtpFrames.Encode(frames);

    public static Frames Decode(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? Frames.None : ZmtpFrames.Decode(bytes);

    private static Statement Choose(Statement rows, RequestQuery query, long before)
    {
        var isPrefix = query.Service is { Length: > 0 } prefix && prefix[^1] == '.';
        return rows.Bind(1, before).Bind(2, query.Service).Bind(3, isPrefix ? query.Service![..^1] + '/' : query.Service)
            .Bind(4, query.State is { } state ? (long)state : -1).Bind(5, query.Limit);
    }

    private static StoredRequest Read(Statement row, long run, bool withFrames)
    {
        var state = row.IsNull(8) ? RequestState.Pending : (RequestState)row.Number(8);
        var attempts = state == RequestState.Pending
            ? (int)(row.Number(12) + Math.Max(0, run - row.Number(2)))
            : (int)row.Number(10);
        return new StoredRequest(
            row.TextOrNull(6) ?? RequestId.Of(row.Number(0), (ulong)row.Number(1)),
            row.Text(4),
            state,
            attempts,
            DateTimeOffset.FromUnixTimeMilliseconds(row.Number(3)),
            row.IsNull(9) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Number(9)),
            withFrames ? Decode(row.Bytes(FramesColumn)) : Frames.None,
            withFrames ? Decode(row.Bytes(AnswerColumn)) : Frames.None,
            state == RequestState.Pending ? row.TextOrNull(13) : row.TextOrNull(11),
            row.Text(5),
            row.TextOrNull(7));
    }
}

/// <summary>A request that waits on disk.</summary>
/// <param name="Number">Its row.</param>
/// <param name="Service">Who is to answer it.</param>
/// <param name="Tries">Deliveries that failed.</param>
/// <param name="Runs">How often the hub was started since it was accepted: a delivery may have been under way each time.</param>
internal readonly record struct PendingRow(long Number, string Service, int Tries, int Runs);
