using Gatehouse.Storage;

namespace Gatehouse.Tests.Storage;

/// <summary>Random interleavings of writers, failures, readers and reopenings, against a model of what was acknowledged.</summary>
public sealed class DatabaseProperties : IDisposable
{
    private const int Writers = 8;
    private const long Total = 1000;

    private static readonly Migration[] Accounts =
    [
        new(1, "CREATE TABLE account (owner INTEGER PRIMARY KEY, sum INTEGER NOT NULL CHECK (sum >= 0))"),
        new(2, "CREATE TABLE note (owner INTEGER NOT NULL, n INTEGER NOT NULL)"),
        new(3, "WITH RECURSIVE i(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < 9) INSERT INTO account SELECT n, 100 FROM i"),
    ];

    private readonly DatabaseFixture _at = new();

    public void Dispose() => _at.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_was_acknowledged_is_there_and_nothing_else(int seed)
    {
        var acknowledged = Enumerable.Range(0, Writers).Select(_ => new List<long>()).ToArray();
        for (var round = 0; round < 4; round++)
        {
            using var database = _at.Open(new DatabaseOptions { QueueLength = 5, GroupSize = 3 }, Accounts);
            var chance = seed + (round * 100);
            await Task.WhenAll(
                Enumerable.Range(0, Writers).Select(w => WriteAsync(database, w, acknowledged[w], new Random(chance + w))));
            Compare(database, acknowledged);
        }
        using var again = _at.Open(migrations: Accounts);
        Compare(again, acknowledged);
        Assert.All(acknowledged, list => Assert.NotEmpty(list));
    }

    private static void Compare(Database database, List<long>[] acknowledged)
    {
        for (var writer = 0; writer < Writers; writer++)
        {
            Assert.Equal(acknowledged[writer], database.Read(s => Notes(s, writer)));
        }
    }

    private static async Task WriteAsync(Database database, int writer, List<long> acknowledged, Random random)
    {
        for (var i = 0; i < 40; i++)
        {
            var (from, to, sum, number) = (random.Next(10), random.Next(10), random.Next(200), (long)random.Next(1000));
            var thrown = random.Next(6) == 0;
            try
            {
                await database.DoAsync(session =>
                {
                    Note(session, writer, number);
                    Move(session, from, -sum);
                    Move(session, to, sum);
                    return thrown ? throw new InvalidOperationException("by chance") : 0;
                });
                Assert.False(thrown);
                acknowledged.Add(number);
            }
            catch (InvalidOperationException)
            {
                Assert.True(thrown);
            }
            catch (StorageException e) when (e.Fault == StorageFault.Failed)
            {
                // More was to be moved than there was.
            }
            if (random.Next(3) != 0) continue;
            Assert.Equal(Total, database.Read(s => s.Command("SELECT sum(sum) FROM account").ExecuteScalar()));
            Assert.Equal(acknowledged, database.Read(s => Notes(s, writer)));
        }
    }

    private static void Note(Session session, int writer, long number)
    {
        var command = session.Command("INSERT INTO note VALUES ($owner, $n)");
        command.Parameters.AddWithValue("$owner", writer);
        command.Parameters.AddWithValue("$n", number);
        command.ExecuteNonQuery();
    }

    private static void Move(Session session, int owner, long sum)
    {
        var command = session.Command("UPDATE account SET sum = sum + $sum WHERE owner = $owner");
        command.Parameters.AddWithValue("$owner", owner);
        command.Parameters.AddWithValue("$sum", sum);
        command.ExecuteNonQuery();
    }

    private static List<long> Notes(Session session, int writer)
    {
        var command = session.Command("SELECT n FROM note WHERE owner = $owner ORDER BY rowid");
        command.Parameters.AddWithValue("$owner", writer);
        using var reader = command.ExecuteReader();
        var notes = new List<long>();
        while (reader.Read()) notes.Add(reader.GetInt64(0));
        return notes;
    }
}
