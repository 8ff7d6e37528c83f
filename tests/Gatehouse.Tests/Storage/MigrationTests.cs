using Gatehouse.Storage;

namespace Gatehouse.Tests.Storage;

public sealed class MigrationTests : IDisposable
{
    private static readonly Migration[] Steps =
        [new(1, "CREATE TABLE a (x)"), new(2, "ALTER TABLE a ADD y; INSERT INTO a VALUES (1, 2)"), new(3, "UPDATE a SET y = x + y")];

    private readonly DatabaseFixture _at = new();

    public void Dispose() => _at.Dispose();

    [Fact]
    public void Steps_are_taken_in_order_and_once()
    {
        using (_at.Open(migrations: Steps[..2])) { }
        for (var i = 0; i < 2; i++)
        {
            using var database = _at.Open(migrations: Steps);
            Assert.Equal("1 3", database.Read(s => s.Command("SELECT x || ' ' || y FROM a").ExecuteScalar()));
            Assert.Equal(3L, database.Read(s => s.Command("PRAGMA user_version").ExecuteScalar()));
        }
    }

    [Fact]
    public void A_step_that_fails_leaves_nothing_behind()
    {
        using (_at.Open(migrations: Steps[..1])) { }
        var failure = Assert.Throws<StorageException>(() =>
            _at.Open(migrations: [Steps[0], new(2, "CREATE TABLE b (x); INSERT INTO a VALUES (7); INSERT INTO none VALUES (1)")]));
        Assert.Equal(StorageFault.Failed, failure.Fault);
        Assert.Contains("no such table: none", failure.Message, StringComparison.Ordinal);
        using var database = _at.Open(migrations: Steps);
        Assert.Null(database.SetAside);
        Assert.Equal("1", database.Read(s => s.Command("SELECT group_concat(x) FROM a").ExecuteScalar()));
        Assert.Equal(0L, database.Read(s => s.Command("SELECT count(*) FROM sqlite_master WHERE name = 'b'").ExecuteScalar()));
    }

    [Fact]
    public void A_file_of_a_newer_program_is_left_as_it_is()
    {
        using (_at.Open(migrations: Steps)) { }
        var failure = Assert.Throws<StorageException>(() => _at.Open(migrations: Steps[..2]));
        Assert.Equal(StorageFault.Failed, failure.Fault);
        Assert.Contains($"{_at.File} was written by a newer Gatehouse", failure.Message, StringComparison.Ordinal);
        Assert.Contains("version 3, this one knows 2", failure.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_at.Folder));
    }

    [Fact]
    public void Versions_without_a_gap_are_asked_for() =>
        Assert.Throws<ArgumentException>(() => _at.Open(migrations: [Steps[0], Steps[2]]));

    [Fact]
    public void Slices_that_share_a_file_go_on_by_themselves()
    {
        var colours = new MigrationSet("colours", [new(1, "CREATE TABLE colour (name)")]);
        using (Open(new("a", Steps[..1]), colours)) { }
        using (Open(new MigrationSet("a", Steps)))
        {
        }
        using var database = Open(colours, new("a", Steps), new("late", [new(1, "CREATE TABLE late (x)")]));
        Assert.Equal(
            "a 3, colours 1, late 1",
            database.Read(s => s.Command("SELECT group_concat(slice || ' ' || version, ', ') FROM migration").ExecuteScalar()));
    }

    [Fact]
    public void A_slice_of_a_newer_program_is_named()
    {
        using (Open(new MigrationSet("a", Steps))) { }
        var failure = Assert.Throws<StorageException>(() => Open(new MigrationSet("a", Steps[..1])));
        Assert.Contains("its tables of 'a' have version 3, this one knows 1", failure.Message, StringComparison.Ordinal);
    }

    private Database Open(params MigrationSet[] sets) =>
        Database.OpenShared(_at.File, sets, _at.Log, new DatabaseOptions { Time = _at.Time });
}
