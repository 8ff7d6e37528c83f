using System.Diagnostics;
using Gatehouse.Storage;

namespace Gatehouse.Tests.Storage;

public sealed class DatabaseTests : IDisposable
{
    private readonly DatabaseFixture _at = new();

    public void Dispose() => _at.Dispose();

    [Fact]
    public async Task What_waits_is_written_in_one_transaction()
    {
        using var database = _at.Open();
        using var held = new Hold(database);
        var writes = Enumerable.Range(0, 200).Select(i => database.DoAsync(s => DatabaseFixture.Insert(s, i))).ToArray();
        var before = database.Commits;
        held.Release();
        Assert.All(await Task.WhenAll(writes), count => Assert.Equal(1, count));
        Assert.InRange(database.Commits - before, 1, 2);
        Assert.Equal(200, database.Read(DatabaseFixture.All).Length);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_opening_again()
    {
        using (var database = _at.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 500).Select(i => database.DoAsync(s => DatabaseFixture.Insert(s, i))));
        }
        Assert.False(File.Exists(_at.File + "-wal"));
        using var again = _at.Open();
        Assert.Null(again.SetAside);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), again.Read(DatabaseFixture.All).Order());
    }

    [Fact]
    public async Task A_failing_work_fails_alone()
    {
        using var database = _at.Open();
        using var held = new Hold(database);
        var good = database.DoAsync(s => DatabaseFixture.Insert(s, 1));
        var broken = database.DoAsync(s => DatabaseFixture.Insert(s, 2) + DatabaseFixture.Insert(s, -1));
        var thrown = database.DoAsync<int>(s => throw new InvalidOperationException($"{DatabaseFixture.Insert(s, 3)}"));
        var after = database.DoAsync(s => DatabaseFixture.Insert(s, 4));
        held.Release();
        await Task.WhenAll(good, after);
        var failure = await Assert.ThrowsAsync<StorageException>(() => broken);
        Assert.Equal(StorageFault.Failed, failure.Fault);
        Assert.Contains(_at.File, failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => thrown);
        Assert.Equal([1L, 4], database.Read(DatabaseFixture.All));
    }

    [Fact]
    public async Task A_work_that_ends_the_transaction_fails_those_before_it_and_no_other()
    {
        using var database = _at.Open();
        using var held = new Hold(database);
        var before = database.DoAsync(s => DatabaseFixture.Insert(s, 1));
        var ending = database.DoAsync<int>(s =>
        {
            s.Execute("ROLLBACK");
            throw new InvalidOperationException("ended");
        });
        var after = database.DoAsync(s => DatabaseFixture.Insert(s, 2));
        held.Release();
        await Assert.ThrowsAsync<InvalidOperationException>(() => ending);
        Assert.Equal(StorageFault.Failed, (await Assert.ThrowsAsync<StorageException>(() => before)).Fault);
        await after;
        Assert.Equal([2L], database.Read(DatabaseFixture.All));
    }

    [Fact]
    public async Task A_read_sees_one_commit_whatever_is_written_meanwhile()
    {
        using var database = _at.Open();
        await database.DoAsync(s => DatabaseFixture.Insert(s, 1));
        var reading = new StayingReader(database);
        await database.DoAsync(s => DatabaseFixture.Insert(s, 2));
        Assert.Equal([1L, 2], database.Read(DatabaseFixture.All));
        var (before, after) = await reading.EndAsync();
        Assert.Equal([1L], before);
        Assert.Equal([1L], after);
    }

    [Fact]
    public void A_reader_cannot_write()
    {
        using var database = _at.Open();
        Assert.Equal(
            StorageFault.ReadOnly, Assert.Throws<StorageException>(() => database.Read(s => DatabaseFixture.Insert(s, 1))).Fault);
        Assert.Empty(database.Read(DatabaseFixture.All));
    }

    [Fact]
    public async Task Who_gives_up_before_the_work_began_writes_nothing()
    {
        using var database = _at.Open(new DatabaseOptions { QueueLength = 1 });
        using var held = new Hold(database);
        using var stop = new CancellationTokenSource();
        var queued = database.WriteAsync(s => DatabaseFixture.Insert(s, 1), stop.Token);
        var placeless = database.WriteAsync(s => DatabaseFixture.Insert(s, 2), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => placeless);
        held.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        Assert.Empty(database.Read(DatabaseFixture.All));
    }

    [Fact]
    public async Task Disposing_finishes_what_is_queued_and_refuses_the_rest()
    {
        var database = _at.Open(new DatabaseOptions { QueueLength = 3 });
        using var held = new Hold(database);
        var writes = Enumerable.Range(0, 10).Select(i => database.DoAsync(s => DatabaseFixture.Insert(s, i))).ToArray();
        var disposing = Task.Run(database.Dispose, TestContext.Current.CancellationToken);
        held.Release();
        await disposing;
        await Task.WhenAny(Task.WhenAll(writes));
        var acknowledged = writes.Count(w => w.IsCompletedSuccessfully);
        Assert.InRange(acknowledged, 3, 10);
        Assert.All(writes.Where(w => w.IsFaulted), w => Assert.IsType<ObjectDisposedException>(w.Exception!.InnerException));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.DoAsync(s => DatabaseFixture.Insert(s, 99)));
        Assert.Throws<ObjectDisposedException>(() => database.Read(DatabaseFixture.All));
        using var again = _at.Open();
        Assert.Equal(acknowledged, again.Read(DatabaseFixture.All).Length);
    }

    [Fact]
    public async Task The_log_begins_anew_although_readers_are_always_in_it()
    {
        using var database = _at.Open(new DatabaseOptions { LogLimit = 64 * 1024 });
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            while (!stop.IsCancellationRequested) database.Read(s => s.Command("SELECT count(*) FROM number").ExecuteScalar());
        })).ToList();
        readers.ForEach(reader => reader.Start());
        for (var i = 0; i < 300; i++)
        {
            await database.DoAsync(s => DatabaseFixture.Insert(s, 1));
        }
        Assert.InRange(new FileInfo(_at.File + "-wal").Length, 0, 128 * 1024);
        await stop.CancelAsync();
        readers.ForEach(reader => reader.Join());
        Assert.Equal(0, _at.Log.Count(2005));
    }

    [Fact]
    public async Task A_reader_that_stays_is_told_of_once()
    {
        using var database = _at.Open(new DatabaseOptions { LogLimit = 16 * 1024, BusyPatience = TimeSpan.FromMilliseconds(1) });
        var reading = new StayingReader(database);
        for (var i = 0; i < 20; i++)
        {
            await database.DoAsync(s => DatabaseFixture.Insert(s, 1));
            _at.Time.Advance(LogKeeper.Pause);
        }
        await reading.EndAsync();
        Assert.Equal(1, _at.Log.Count(2005));
    }

    [Fact]
    public async Task The_connection_keeps_what_it_promises()
    {
        using var database = _at.Open(new DatabaseOptions { PageSize = 8192 });
        Assert.Equal("wal", database.Read(s => s.Command("PRAGMA journal_mode").ExecuteScalar()));
        Assert.Equal(8192L, database.Read(s => s.Command("PRAGMA page_size").ExecuteScalar()));
        var writer = await database.DoAsync(s => (
            s.Command("PRAGMA synchronous").ExecuteScalar(), s.Command("PRAGMA foreign_keys").ExecuteScalar(), Thread.CurrentThread.Name));
        Assert.Equal((2L, 1L, "numbers.db writer"), writer);
    }

    /// <summary>Reads once when made and once more at its end, within one read.</summary>
    private sealed class StayingReader
    {
        private readonly ManualResetEventSlim _ending = new();
        private readonly Task<(long[] First, long[] Last)> _reading;

        public StayingReader(Database database)
        {
            var stop = TestContext.Current.CancellationToken;
            using var began = new ManualResetEventSlim();
            _reading = Task.Run(
                () => database.Read(session =>
                {
                    var first = DatabaseFixture.All(session);
                    began.Set();
                    _ending.Wait(stop);
                    return (first, DatabaseFixture.All(session));
                }),
                stop);
            began.Wait(stop);
        }

        public Task<(long[] First, long[] Last)> EndAsync()
        {
            _ending.Set();
            return _reading;
        }
    }

    /// <summary>Keeps the writer busy, so that what comes meanwhile waits together.</summary>
    private sealed class Hold : IDisposable
    {
        private readonly ManualResetEventSlim _released = new();
        private readonly Task _holding;

        public Hold(Database database)
        {
            using var began = new ManualResetEventSlim();
            _holding = database.DoAsync(_ =>
            {
                began.Set();
                _released.Wait(TestContext.Current.CancellationToken);
                return 0;
            });
            began.Wait(TestContext.Current.CancellationToken);
            Debug.Assert(!_holding.IsCompleted);
        }

        public void Release() => _released.Set();

        public void Dispose() => _released.Set();
    }
}
