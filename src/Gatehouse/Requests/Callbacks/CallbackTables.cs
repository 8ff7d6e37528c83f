using Gatehouse.Storage;

namespace Gatehouse.Requests.Callbacks;

/// <summary>How far a callback is.</summary>
internal enum CallbackState : byte
{
    /// <summary>The request has not ended yet, or the callback is to be tried, again or for the first time.</summary>
    Waiting,

    /// <summary>Whoever is called has taken it.</summary>
    Delivered,

    /// <summary>It was tried as often as the options allow.</summary>
    Failed,
}

/// <summary>A callback as it is kept.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="Next">When it is tried next; null when it is not, or the request has not ended yet.</param>
/// <param name="Reason">Why the last try failed; null when none has.</param>
internal sealed record StoredCallback(CallbackState State, int Tries, DateTimeOffset? Next, string? Reason);

/// <summary>A request that has a callback still to be made.</summary>
internal readonly record struct OpenCallback(string Id, string Address, bool HasEnded, int Tries, DateTimeOffset? Next);

/// <summary>
/// Callbacks in <c>hub.db</c>: the request's row says where to, a row here how often that was tried. So a callback is accepted with its
/// request, in the same write. A row belongs to a request of the same number, salt and time, for numbers may come again.
/// </summary>
internal static class CallbackTables
{
    /// <summary>Comes behind the requests' own, whose table it adds an index to.</summary>
    public static readonly MigrationSet Migrations = new("callbacks",
    [
        new(1, """
            CREATE TABLE request_callback
            (
                number INTEGER PRIMARY KEY,
                salt INTEGER NOT NULL,
                accepted INTEGER NOT NULL,
                state INTEGER NOT NULL,
                tries INTEGER NOT NULL,
                next INTEGER, -- milliseconds of unix time
                reason TEXT
            );
            CREATE INDEX request_with_callback ON request (number) WHERE callback IS NOT NULL
            """),
    ]);

    private const string Same = "c.number = r.number AND c.salt = r.salt AND c.accepted = r.accepted";

    /// <summary>All that are still to be made, in the order of their requests.</summary>
    public static List<OpenCallback> Open(Session session)
    {
        using var reader = session.Command($"""
            SELECT r.number, r.salt, r.id, r.callback, e.number IS NOT NULL, ifnull(c.tries, 0), c.next
            FROM request r INDEXED BY request_with_callback LEFT JOIN request_end e ON e.number = r.number
                LEFT JOIN request_callback c ON {Same}
            WHERE r.callback IS NOT NULL AND ifnull(c.state, 0) = 0 ORDER BY r.number
            """).ExecuteReader();
        var open = new List<OpenCallback>();
        while (reader.Read())
        {
            open.Add(new OpenCallback(
                reader.IsDBNull(2) ? RequestId.Of(reader.GetInt64(0), (ulong)reader.GetInt64(1)) : reader.GetString(2),
                reader.GetString(3), reader.GetBoolean(4), reader.GetInt32(5), reader.IsDBNull(6) ? null : Time(reader.GetInt64(6))));
        }
        return open;
    }

    /// <summary>How far the callback of a request is; null when there is no such request, or it has none.</summary>
    public static StoredCallback? Find(Session session, string id)
    {
        if (RequestTables.Find(session, id) is not { } number) return null;
        var command = session.Command($"""
            SELECT ifnull(c.state, 0), ifnull(c.tries, 0), c.next, c.reason FROM request r LEFT JOIN request_callback c ON {Same}
            WHERE r.number = $number AND r.callback IS NOT NULL
            """);
        command.Parameters.AddWithValue("$number", number);
        using var reader = command.ExecuteReader();
        return !reader.Read() ? null : new StoredCallback(
            (CallbackState)reader.GetInt64(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : Time(reader.GetInt64(2)),
            reader.IsDBNull(3) ? null : reader.GetString(3));
    }

    /// <summary>Writes how far a callback is; false when its request is gone.</summary>
    public static bool Write(Session session, string id, StoredCallback callback)
    {
        if (RequestTables.Find(session, id) is not { } number) return false;
        var command = session.Command("""
            INSERT OR REPLACE INTO request_callback
            SELECT number, salt, accepted, $state, $tries, $next, $reason FROM request WHERE number = $number
            """);
        command.Parameters.AddWithValue("$number", number);
        command.Parameters.AddWithValue("$state", (long)callback.State);
        command.Parameters.AddWithValue("$tries", callback.Tries);
        command.Parameters.AddWithValue("$next", callback.Next is { } next ? next.ToUnixTimeMilliseconds() : DBNull.Value);
        command.Parameters.AddWithValue("$reason", callback.Reason is { } reason ? reason : DBNull.Value);
        return command.ExecuteNonQuery() > 0;
    }

    /// <summary>Forgets callbacks whose requests are gone; how many there were.</summary>
    public static int Sweep(Session session) => session.Command($"""
        DELETE FROM request_callback AS c WHERE NOT EXISTS (SELECT 1 FROM request r WHERE {Same})
        """).ExecuteNonQuery();

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
