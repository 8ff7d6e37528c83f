using System.Security.Cryptography;
using Gatehouse.Blobs;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Blobs;

public sealed class BlobStoreTests : IDisposable
{
    private static readonly BlobType Jpeg = BlobType.All[0];
    private static readonly byte[] Start = [0xFF, 0xD8, 0xFF];

    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("gatehouse").FullName, "blobs");
    private readonly HashSet<string> _named = [];
    private readonly ManualTime _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task What_is_stored_is_found_whole_by_its_content_also_after_a_restart()
    {
        byte[] bytes = [.. Start, .. RandomNumberGenerator.GetBytes(199_997)];
        var blob = await StoreAsync(Open(), bytes, Jpeg);
        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(bytes)), Jpeg, 200_000), (blob.Id, blob.Type, blob.Size));
        Assert.Equal(bytes, await ReadAsync(Open(), blob.Id));
        Assert.Null(Open().Find(new string('0', 64)));
    }

    [Fact]
    public async Task The_same_bytes_are_one_blob_of_the_type_they_came_as_first()
    {
        var store = Open();
        var (first, again) = (await StoreAsync(store, Start, Jpeg), await StoreAsync(store, Start));
        Assert.Equal(first, again);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Many_that_store_the_same_at_once_get_one_blob()
    {
        var store = Open();
        byte[] bytes = [.. Start, .. RandomNumberGenerator.GetBytes(50_000)];
        var blobs = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(
            () => StoreAsync(store, bytes, i % 2 == 0 ? Jpeg : BlobType.Bytes), Stop)));
        Assert.Single(blobs.Distinct());
        Assert.Equal(bytes, await ReadAsync(store, blobs[0].Id));
        Assert.Single(Directory.GetFiles(_folder));
        Assert.Equal(blobs[0], Open().Find(blobs[0].Id)!.Value.Blob);
    }

    [Fact]
    public async Task One_that_is_too_large_is_refused_and_leaves_nothing()
    {
        var fault = await Assert.ThrowsAsync<BlobException>(() => StoreAsync(Open(largest: 1000), new byte[1001]));
        Assert.Equal(BlobFault.TooLarge, fault.Fault);
        Assert.Contains("blobs.largest", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
        await StoreAsync(Open(largest: 1000), new byte[1000]);
    }

    [Fact]
    public async Task What_is_not_of_its_type_or_nothing_at_all_is_refused_and_leaves_nothing()
    {
        var store = Open();
        var other = await Assert.ThrowsAsync<BlobException>(() => StoreAsync(store, [.. "GIF89a and more"u8], Jpeg));
        Assert.Equal(BlobFault.NotOfType, other.Fault);
        Assert.StartsWith("the bytes are not a JPEG", other.Message, StringComparison.Ordinal);
        Assert.Equal(BlobFault.Empty, (await Assert.ThrowsAsync<BlobException>(() => StoreAsync(store, []))).Fault);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task What_comes_byte_by_byte_is_judged_by_its_start_as_a_whole()
    {
        byte[] bytes = [.. Start, .. RandomNumberGenerator.GetBytes(20)];
        var store = Open();
        var blob = await store.StoreAsync(new SlowStream(bytes), Jpeg, Stop);
        Assert.Equal(bytes, await ReadAsync(store, blob.Id));
    }

    [Fact]
    public async Task For_room_those_go_that_were_used_longest_ago_and_that_no_value_names()
    {
        var store = Open(maxSize: 1000);
        var blobs = new List<Blob>();
        for (byte i = 0; i < 10; i++)
        {
            blobs.Add(await StoreAsync(store, [i, .. new byte[99]]));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        _named.Add(blobs[0].Id);
        Assert.NotNull(store.Find(blobs[1].Id));
        _time.Advance(TimeSpan.FromSeconds(1));
        await StoreAsync(store, [10, .. new byte[99]]);
        Assert.Equal([0, 1, 4, 5, 6, 7, 8, 9], Enumerable.Range(0, 10).Where(i => store.Find(blobs[i].Id) is not null));
        Assert.Equal(9, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public async Task When_values_name_them_all_a_new_one_is_refused()
    {
        var store = Open(maxSize: 200);
        _named.Add((await StoreAsync(store, new byte[150])).Id);
        var fault = await Assert.ThrowsAsync<BlobException>(() => StoreAsync(store, new byte[51]));
        Assert.Equal(BlobFault.Full, fault.Fault);
        await StoreAsync(store, new byte[50]);
    }

    [Fact]
    public async Task What_was_left_half_written_is_cleared_away_and_foreign_files_are_left_alone()
    {
        await StoreAsync(Open(), [1]);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "x.incoming"), [1, 2], Stop);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "notes.txt"), [1, 2], Stop);
        await File.WriteAllBytesAsync(Path.Combine(_folder, new string('a', 64) + ".svg"), [1, 2], Stop);
        var store = Open();
        Assert.Null(store.Find(new string('a', 64)));
        Assert.Equal([".bin", ".svg", ".txt"], Directory.GetFiles(_folder).Select(Path.GetExtension).Order());
    }

    [Fact]
    public async Task A_sender_that_breaks_off_leaves_nothing()
    {
        var store = Open();
        await Assert.ThrowsAsync<BlobException>(() => store.StoreAsync(new BrokenStream(), Jpeg, Stop));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_fails_each_store_with_words()
    {
        await File.WriteAllTextAsync(_folder, "a file in its place", Stop);
        var fault = await Assert.ThrowsAsync<BlobException>(() => StoreAsync(Open(), [1]));
        Assert.Equal(BlobFault.Disk, fault.Fault);
        File.Delete(_folder);
    }

    private BlobStore Open(long largest = 1_000_000, long maxSize = 10_000_000) => new(
        _folder, new BlobOptions { Largest = largest, MaxSize = maxSize }, () => _named, _time, NullLogger<BlobStore>.Instance);

    private static Task<Blob> StoreAsync(BlobStore store, byte[] bytes, BlobType? type = null) =>
        store.StoreAsync(new MemoryStream(bytes), type ?? BlobType.Bytes, Stop);

    private static Task<byte[]> ReadAsync(BlobStore store, string id) => File.ReadAllBytesAsync(store.Find(id)!.Value.File, Stop);

    private sealed class SlowStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer.Length == 0 ? buffer : buffer[..1], cancellationToken);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("the sender has gone");
    }
}
