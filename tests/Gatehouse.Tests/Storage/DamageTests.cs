using Gatehouse.Storage;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Storage;

public sealed class DamageTests : IDisposable
{
    private readonly DatabaseFixture _at = new();

    public void Dispose() => _at.Dispose();

    public static TheoryData<string> Kinds => [.. Damages.Keys];

    private static Dictionary<string, Func<byte[], byte[]>> Damages { get; } = new()
    {
        ["noise"] = file => Noise(file.Length),
        ["a little noise"] = _ => Noise(50),
        ["zeros"] = file => new byte[file.Length],
        ["text"] = _ => "this is no database, but a note that somebody put here"u8.ToArray(),
        ["half of it"] = file => file[..(file.Length / 2)],
        ["not even its head"] = file => file[..90],
        ["a page that was not written"] = file => Zero(file, 3 * 4096, 4096),
        ["its second half not written"] = file => Zero(file, file.Length / 2, file.Length - (file.Length / 2)),
        ["another size of page"] = file => [.. file[..16], 0x7f, 0x01, .. file[18..]],
        ["a wrong list of tables"] = file => Zero(file, 100, 300),
        ["noise in its middle"] = file => [.. file[..8192], .. Noise(4096), .. file[12288..]],
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_damaged_file_is_set_aside_whole_and_a_new_one_begun(string kind)
    {
        await _at.FillAsync();
        var damaged = Damages[kind](await File.ReadAllBytesAsync(_at.File, TestContext.Current.CancellationToken));
        await File.WriteAllBytesAsync(_at.File, damaged, TestContext.Current.CancellationToken);
        using var database = _at.Open();
        Assert.Equal($"{_at.File}.damaged-20260131T120000Z", database.SetAside);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(database.SetAside!, TestContext.Current.CancellationToken));
        var line = Assert.Single(_at.Log.Lines, l => l.Id == 2002);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains(_at.File, line.Text, StringComparison.Ordinal);
        Assert.Contains(database.SetAside!, line.Text, StringComparison.Ordinal);
        await database.DoAsync(s => DatabaseFixture.Insert(s, 7));
        Assert.Equal([7L], database.Read(DatabaseFixture.All));
    }

    [Fact]
    public async Task A_second_damaged_file_does_not_replace_the_first()
    {
        for (var i = 0; i < 3; i++)
        {
            await File.WriteAllBytesAsync(_at.File, Noise(5000), TestContext.Current.CancellationToken);
            using (_at.Open()) { }
        }
        Assert.Equal(3, Directory.GetFiles(_at.Folder, "*.damaged-*").Length);
    }

    [Fact]
    public async Task A_sound_file_outlives_a_damaged_log()
    {
        await _at.FillAsync(20);
        var noise = Noise(50_000);
        await File.WriteAllBytesAsync(_at.File + "-wal", noise, TestContext.Current.CancellationToken);
        using var database = _at.Open();
        Assert.Null(database.SetAside);
        Assert.Equal(20, database.Read(DatabaseFixture.All).Length);
        var aside = Assert.Single(Directory.GetFiles(_at.Folder, "*.damaged-*"));
        Assert.Equal(noise, await File.ReadAllBytesAsync(aside, TestContext.Current.CancellationToken));
        Assert.Contains(aside, Assert.Single(_at.Log.Lines, l => l.Id == 2003).Text, StringComparison.Ordinal);
        await database.DoAsync(s => DatabaseFixture.Insert(s, 7));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_log_without_its_file_is_set_aside(bool emptyFile)
    {
        var log = await LogOfAsync(5);
        await File.WriteAllBytesAsync(_at.File + "-wal", log, TestContext.Current.CancellationToken);
        if (emptyFile) await File.WriteAllBytesAsync(_at.File, [], TestContext.Current.CancellationToken);
        using var database = _at.Open();
        Assert.Equal(log, await File.ReadAllBytesAsync(database.SetAside + "-wal", TestContext.Current.CancellationToken));
        Assert.Empty(database.Read(DatabaseFixture.All));
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.5)]
    [InlineData(0.01)]
    public async Task A_log_that_breaks_off_is_read_as_far_as_it_goes(double share)
    {
        var log = await LogOfAsync(50);
        await _at.FillAsync(0);
        using (_at.Open()) { }
        File.Copy(Path.Combine(_at.Folder, "copy.db"), _at.File, overwrite: true);
        await File.WriteAllBytesAsync(_at.File + "-wal", log[..(int)(log.Length * share)], TestContext.Current.CancellationToken);
        using var database = _at.Open();
        Assert.Null(database.SetAside);
        var numbers = database.Read(DatabaseFixture.All);
        Assert.InRange(numbers.Length, 0, 49);
        Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => (long)i), numbers);
        Assert.Empty(Directory.GetFiles(_at.Folder, "*.damaged-*"));
    }

    [Fact]
    public async Task What_is_found_damaged_later_is_told_and_can_be_set_aside()
    {
        await _at.FillAsync(100_000);
        var bytes = await File.ReadAllBytesAsync(_at.File, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_at.File, Zero(bytes, bytes.Length / 8192 * 4096, 100 * 4096), TestContext.Current.CancellationToken);
        using (var database = _at.Open(new DatabaseOptions { CheckUpTo = 0 }))
        {
            Assert.Null(database.SetAside);
            var failure = Assert.Throws<StorageException>(() => database.Read(DatabaseFixture.All));
            Assert.Equal(StorageFault.Damaged, failure.Fault);
            database.MoveAside();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => database.DoAsync(s => 0));
        }
        Assert.EndsWith(".damaged-20260131T120000Z", Assert.Single(Directory.GetFiles(_at.Folder)), StringComparison.Ordinal);
        using var next = _at.Open();
        Assert.Empty(next.Read(DatabaseFixture.All));
    }

    [Fact]
    public void A_folder_in_its_place_is_told()
    {
        Directory.CreateDirectory(_at.File);
        var failure = Assert.Throws<StorageException>(() => _at.Open());
        Assert.Contains(_at.File, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_stands_there_a_database_can_be_opened_and_written()
    {
        await _at.FillAsync(2000);
        var sound = await File.ReadAllBytesAsync(_at.File, TestContext.Current.CancellationToken);
        var log = await LogOfAsync(20);
        var random = new Random(11);
        var kept = 0;
        for (var round = 0; round < 150; round++)
        {
            foreach (var old in Directory.GetFiles(_at.Folder, "numbers.db*")) File.Delete(old);
            await File.WriteAllBytesAsync(_at.File, Damage(sound, random), TestContext.Current.CancellationToken);
            if (random.Next(2) == 0)
            {
                await File.WriteAllBytesAsync(_at.File + "-wal", Damage(log, random), TestContext.Current.CancellationToken);
            }
            using var database = _at.Open();
            if (database.SetAside is null) kept++;
            else Assert.True(File.Exists(database.SetAside));
            await database.DoAsync(s => DatabaseFixture.Insert(s, 7));
            Assert.Contains(7L, database.Read(DatabaseFixture.All));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{kept} of 150 were kept");
        Assert.InRange(kept, 10, 140);
    }

    // The log of a file that was not closed, with so many numbers, each committed by itself; the file itself is copy.db.
    private async Task<byte[]> LogOfAsync(int count)
    {
        var other = Path.Combine(_at.Folder, "other.db");
        using var database = Database.Open(other, DatabaseFixture.Numbers, _at.Log);
        await database.DoAsync(s => 0);
        for (var i = 0; i < count; i++) await database.DoAsync(s => DatabaseFixture.Insert(s, i));
        File.Copy(other, Path.Combine(_at.Folder, "copy.db"), overwrite: true);
        File.Copy(other + "-wal", other + "-log", overwrite: true);
        return await File.ReadAllBytesAsync(other + "-log", TestContext.Current.CancellationToken);
    }

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(length).NextBytes(noise);
        return noise;
    }

    private static byte[] Zero(byte[] file, int from, int length)
    {
        file.AsSpan(from, length).Clear();
        return file;
    }

    private static byte[] Damage(byte[] sound, Random random)
    {
        var bytes = sound.AsSpan(0, random.Next(5) == 0 ? random.Next(sound.Length) : sound.Length).ToArray();
        for (var edits = random.Next(4); edits > 0 && bytes.Length > 0; edits--)
        {
            var at = random.Next(random.Next(3) == 0 ? Math.Min(200, bytes.Length) : bytes.Length);
            if (at is > 50 and < 64) continue; // a number of a layout is as good as another
            random.NextBytes(bytes.AsSpan(at, random.Next(Math.Min(random.Next(2) == 0 ? 4 : 8192, bytes.Length - at) + 1)));
        }
        return bytes;
    }
}
