using Gatehouse.Storage;
using Microsoft.Data.Sqlite;

namespace Gatehouse.History;

/// <summary>The tables of <c>history.db</c>, and every statement on them. Times are ticks of UTC.</summary>
internal static class HistoryTables
{
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new(1, """
            CREATE TABLE state(generation INTEGER NOT NULL);
            INSERT INTO state VALUES (0);
            CREATE TABLE series(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, demo INTEGER NOT NULL, newest BLOB);
            CREATE TABLE block(
                id INTEGER PRIMARY KEY, series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL,
                points BLOB NOT NULL);
            CREATE INDEX block_by_first ON block(series, first);
            CREATE TABLE rollup(
                series INTEGER NOT NULL, level INTEGER NOT NULL, row INTEGER NOT NULL, buckets BLOB NOT NULL,
                PRIMARY KEY (series, level, row)) WITHOUT ROWID;
            CREATE TABLE journal(id INTEGER PRIMARY KEY, entries BLOB NOT NULL);
            """),
    ];

    public static long Generation(Session session) => Scalar(session.Command("SELECT generation FROM state")) ?? 0;

    public static long LastBlock(Session session) => Scalar(session.Command("SELECT max(id) FROM block")) ?? 0;

    public static IEnumerable<(int Id, string Key, bool IsDemo, Point? Newest)> Series(Session session)
    {
        using var reader = session.Command("SELECT id, key, demo, newest FROM series").ExecuteReader();
        while (reader.Read())
        {
            var newest = reader.IsDBNull(3) ? null : Unpack((byte[])reader[3]);
            yield return (reader.GetInt32(0), reader.GetString(1), reader.GetBoolean(2), newest);
        }
    }

    /// <summary>The journal in the order in which it was written.</summary>
    public static IEnumerable<byte[]> JournalEntries(Session session)
    {
        using var reader = session.Command("SELECT entries FROM journal ORDER BY id").ExecuteReader();
        while (reader.Read()) yield return (byte[])reader[0];
    }

    public static void Append(Session session, Journal journal)
    {
        foreach (var series in journal.Series) Insert(session, series, newest: null);
        Run(session, "INSERT INTO journal(entries) VALUES ($entries)", ("$entries", journal.Entries.ToArray()));
    }

    /// <summary>Writes all that a flush holds. The journal has nothing then that is not in its place.</summary>
    public static void Apply(Session session, Flush flush)
    {
        foreach (var flushed in flush.Series)
        {
            Insert(session, flushed.Series, flushed.Newest);
            foreach (var block in flushed.Blocks) Store(session, block);
            foreach (var (key, row) in flushed.Rows) Merge(session, flushed.Series.Id, key, row);
        }
        Run(session, "UPDATE state SET generation = $generation", ("$generation", flush.Generation));
        session.Execute("DELETE FROM journal");
    }

    public static StoredBlock? Block(Session session, long id)
    {
        var command = session.Command("SELECT id, series, first, last, count, points FROM block WHERE id = $id");
        command.Parameters.AddWithValue("$id", id);
        return ReadBlocks(command).FirstOrDefault();
    }

    /// <summary>Some blocks of a series in the order of their first points, behind a place in that order.</summary>
    public static List<StoredBlock> Blocks(Session session, int series, BlockPlace after, long before, int limit)
    {
        var command = session.Command("""
            SELECT id, series, first, last, count, points FROM block
            WHERE series = $series AND (first, id) > ($first, $id) AND first < $before ORDER BY first, id LIMIT $limit
            """);
        command.Parameters.AddWithValue("$series", series);
        command.Parameters.AddWithValue("$first", after.First);
        command.Parameters.AddWithValue("$id", after.Id);
        command.Parameters.AddWithValue("$before", before);
        command.Parameters.AddWithValue("$limit", limit);
        return ReadBlocks(command);
    }

    /// <summary>The block of a series that begins last before a time.</summary>
    public static StoredBlock? BlockBefore(Session session, int series, long ticks)
    {
        var command = session.Command("""
            SELECT id, series, first, last, count, points FROM block WHERE series = $series AND first < $before ORDER BY first DESC LIMIT 1
            """);
        command.Parameters.AddWithValue("$series", series);
        command.Parameters.AddWithValue("$before", ticks);
        return ReadBlocks(command).FirstOrDefault();
    }

    /// <summary>Hands each row of roll-ups from one number to another to <paramref name="visit"/>.</summary>
    public static void Rows(Session session, int series, RollupLevel level, long first, long last, Action<long, byte[]> visit)
    {
        var command = session.Command("""
            SELECT row, buckets FROM rollup WHERE series = $series AND level = $level AND row BETWEEN $first AND $last
            """);
        command.Parameters.AddWithValue("$series", series);
        command.Parameters.AddWithValue("$level", level.Number);
        command.Parameters.AddWithValue("$first", first);
        command.Parameters.AddWithValue("$last", last);
        using var reader = command.ExecuteReader();
        while (reader.Read()) visit(reader.GetInt64(0), (byte[])reader[1]);
    }

    /// <summary>When the first block of a series begins; null when it has none.</summary>
    public static long? FirstBlock(Session session, int series)
    {
        var command = session.Command("SELECT min(first) FROM block WHERE series = $series");
        command.Parameters.AddWithValue("$series", series);
        return Scalar(command);
    }

    /// <summary>The first row of roll-ups that a series has; null when it has none.</summary>
    public static long? FirstRow(Session session, int series, RollupLevel level)
    {
        var command = session.Command("SELECT min(row) FROM rollup WHERE series = $series AND level = $level");
        command.Parameters.AddWithValue("$series", series);
        command.Parameters.AddWithValue("$level", level.Number);
        return Scalar(command);
    }

    /// <summary>Deletes blocks of a series that begin before a time, at most so many.</summary>
    /// <returns>How many points they had.</returns>
    public static long DeleteBlocks(Session session, int series, long before, int limit)
    {
        var command = session.Command("""
            DELETE FROM block WHERE id IN (SELECT id FROM block WHERE series = $series AND first < $before ORDER BY first LIMIT $limit)
            RETURNING count
            """);
        command.Parameters.AddWithValue("$series", series);
        command.Parameters.AddWithValue("$before", before);
        command.Parameters.AddWithValue("$limit", limit);
        long points = 0;
        using var reader = command.ExecuteReader();
        while (reader.Read()) points += reader.GetInt64(0);
        return points;
    }

    /// <summary>Deletes the rows of roll-ups of a series before one.</summary>
    public static int DeleteRows(Session session, int series, RollupLevel level, long before) => Run(
        session,
        "DELETE FROM rollup WHERE series = $series AND level = $level AND row < $before",
        ("$series", series), ("$level", level.Number), ("$before", before));

    /// <summary>Bytes of the file that hold something; what was deleted is used again.</summary>
    public static long Size(Session session) =>
        ((Scalar(session.Command("PRAGMA page_count")) ?? 0) - (Scalar(session.Command("PRAGMA freelist_count")) ?? 0))
        * (Scalar(session.Command("PRAGMA page_size")) ?? 0);

    private static void Insert(Session session, Series series, Point? newest) => Run(
        session,
        "INSERT INTO series VALUES ($id, $key, $demo, $newest) ON CONFLICT (id) DO UPDATE SET newest = coalesce(excluded.newest, newest)",
        ("$id", series.Id), ("$key", series.Key), ("$demo", series.IsDemo ? 1 : 0),
        ("$newest", newest is { } point ? Pack(point) : DBNull.Value));

    private static void Store(Session session, StoredBlock block) => Run(
        session,
        "INSERT OR REPLACE INTO block VALUES ($id, $series, $first, $last, $count, $points)",
        ("$id", block.Id), ("$series", block.Series), ("$first", block.Start), ("$last", block.End), ("$count", block.Count),
        ("$points", block.Points.ToArray()));

    private static void Merge(Session session, int series, RowKey key, RollupRow gained)
    {
        var level = RollupLevel.All[key.Level - 1];
        var merged = new RollupRow(level);
        Rows(session, series, level, key.Row, key.Row, (_, packed) => merged.TryAdd(packed));
        merged.Add(gained);
        Run(
            session,
            "INSERT OR REPLACE INTO rollup VALUES ($series, $level, $row, $buckets)",
            ("$series", series), ("$level", key.Level), ("$row", key.Row), ("$buckets", merged.Pack()));
    }

    private static List<StoredBlock> ReadBlocks(SqliteCommand command)
    {
        var blocks = new List<StoredBlock>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            blocks.Add(new StoredBlock(
                reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt32(4), (byte[])reader[5]));
        }
        return blocks;
    }

    private static int Run(Session session, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = session.Command(sql);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command.ExecuteNonQuery();
    }

    private static long? Scalar(SqliteCommand command) => command.ExecuteScalar() as long?;

    private static byte[] Pack(in Point point)
    {
        var writer = new PointWriter();
        writer.Write(point);
        return writer.Bytes.ToArray();
    }

    private static Point? Unpack(byte[] packed) => new PointReader(packed).TryRead(out var point) ? point : null;
}

/// <summary>A place in the order of a series' blocks.</summary>
/// <param name="First">Ticks of the first point.</param>
internal readonly record struct BlockPlace(long First, long Id);
