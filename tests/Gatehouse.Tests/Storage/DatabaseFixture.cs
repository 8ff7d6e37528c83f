using Gatehouse.Storage;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Storage;

/// <summary>A folder with one database of numbers, which goes with the test.</summary>
internal sealed class DatabaseFixture : IDisposable
{
    public static readonly Migration[] Numbers = [new(1, "CREATE TABLE number (n INTEGER NOT NULL CHECK (n >= 0))")];

    public LogLines<Database> Log { get; } = new();

    public ManualTime Time { get; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("gatehouse").FullName;

    public string File => Path.Combine(Folder, "numbers.db");

    public Database Open(DatabaseOptions? options = null, Migration[]? migrations = null) =>
        Database.Open(File, migrations ?? Numbers, Log, (options ?? new DatabaseOptions()) with { Time = Time });

    /// <summary>A file with numbers from 0 on, closed.</summary>
    public async Task FillAsync(int count = 5000)
    {
        using var database = Open();
        await database.DoAsync(session =>
        {
            for (var i = 0; i < count; i++) Insert(session, i);
            return 0;
        });
    }

    public static int Insert(Session session, long number)
    {
        var command = session.Command("INSERT INTO number VALUES ($n)");
        command.Parameters.AddWithValue("$n", number);
        return command.ExecuteNonQuery();
    }

    public static long[] All(Session session)
    {
        using var reader = session.Command("SELECT n FROM number ORDER BY rowid").ExecuteReader();
        var all = new List<long>();
        while (reader.Read()) all.Add(reader.GetInt64(0));
        return [.. all];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

internal static class DatabaseDoing
{
    /// <summary>Writes, as long as the test runs.</summary>
    public static Task<T> DoAsync<T>(this Database database, Func<Session, T> work) =>
        database.WriteAsync(work, TestContext.Current.CancellationToken);
}
