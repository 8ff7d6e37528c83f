using Gatehouse.Storage;
using Gatehouse.SystemTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.SystemTests;

/// <summary>What the storage does when the disk takes nothing more.</summary>
public sealed class FullDiskTests
{
    private static readonly Migration[] Notes = [new(1, "CREATE TABLE note (n INTEGER NOT NULL, text TEXT NOT NULL)")];

    [Fact]
    public async Task A_full_disk_fails_what_does_not_fit_and_nothing_else()
    {
        using var disk = SmallDisk.Mount("1m");
        var file = Path.Combine(disk.Folder, "notes.db");
        var acknowledged = new List<long>();
        var number = 0L;
        using (var database = Open(file))
        {
            for (var round = 0; round < 3; round++)
            {
                await WriteAsync(database, 20);
                disk.Fill();
                Assert.Contains(StorageFault.Full, await WriteAsync(database, 400));
                Assert.Equal(acknowledged.Order(), database.Read(Numbers).Order());
                disk.Free();
                Assert.Empty(await WriteAsync(database, 20));
            }
        }
        using var again = Open(file);
        Assert.Null(again.SetAside);
        Assert.Equal(acknowledged.Order(), again.Read(Numbers).Order());

        // Writes so many at once; what they failed for.
        async Task<List<StorageFault>> WriteAsync(Database database, int count)
        {
            var faults = new List<StorageFault>();
            var writes = new List<Task<long>>();
            for (var i = 0; i < count; i++) writes.Add(InsertAsync(database, number++));
            foreach (var write in writes)
            {
                try
                {
                    acknowledged.Add(await write);
                }
                catch (StorageException e)
                {
                    faults.Add(e.Fault);
                    Assert.True(e.Fault != StorageFault.Full || e.Message.Contains("is full; free some room", StringComparison.Ordinal));
                }
            }
            return faults;
        }
    }

    [Fact]
    public void A_disk_without_room_for_a_new_file_is_told()
    {
        using var disk = SmallDisk.Mount("64k");
        disk.Fill();
        Assert.Equal(StorageFault.Full, Assert.Throws<StorageException>(() => Open(Path.Combine(disk.Folder, "notes.db"))).Fault);
    }

    [Fact]
    public void A_disk_that_may_not_be_written_is_told()
    {
        using var disk = SmallDisk.Mount("1m");
        var file = Path.Combine(disk.Folder, "notes.db");
        using (Open(file)) { }
        disk.MakeReadOnly();
        var failure = Assert.Throws<StorageException>(() => Open(file));
        Assert.Equal(StorageFault.ReadOnly, failure.Fault);
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.Equal(StorageFault.ReadOnly, Assert.Throws<StorageException>(() => Open(Path.Combine(disk.Folder, "new.db"))).Fault);
    }

    private static Database Open(string file) => Database.Open(file, Notes, NullLogger<Database>.Instance);

    private static Task<long> InsertAsync(Database database, long number) =>
        database.WriteAsync(session => Insert(session, number), TestContext.Current.CancellationToken);

    private static long Insert(Session session, long number)
    {
        var command = session.Command("INSERT INTO note VALUES ($n, $text)");
        command.Parameters.AddWithValue("$n", number);
        command.Parameters.AddWithValue("$text", new string('x', 3000));
        command.ExecuteNonQuery();
        return number;
    }

    private static List<long> Numbers(Session session)
    {
        using var reader = session.Command("SELECT n FROM note").ExecuteReader();
        var numbers = new List<long>();
        while (reader.Read()) numbers.Add(reader.GetInt64(0));
        return numbers;
    }
}
