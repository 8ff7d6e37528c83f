using System.Buffers;
using System.Security.Cryptography;
using Gatehouse.Runtime;

namespace Gatehouse.Blobs;

/// <summary>
/// Keeps blobs as files that are named by their content: <c>blobs/2cf24d….jpg</c>. What is stored is flushed before it is said to be; what
/// was being written when the hub ended is cleared away at the next start. Any thread.
/// </summary>
internal sealed partial class BlobStore
{
    private const string Incoming = ".incoming";
    private const int BufferSize = 64 * 1024;

    /// <summary>How much is freed beyond what is needed, so that not every blob has to.</summary>
    private const double Slack = 0.1;

    private readonly string _folder;
    private readonly BlobOptions _options;
    private readonly Func<IReadOnlySet<string>> _named;
    private readonly TimeProvider _time;
    private readonly ILogger<BlobStore> _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kept> _kept = [];
    private long _size;

    /// <param name="folder">Made if it is not there.</param>
    /// <param name="named">The ids that present values name; asked when room is needed.</param>
    public BlobStore(string folder, BlobOptions options, Func<IReadOnlySet<string>> named, TimeProvider time, ILogger<BlobStore> logger)
    {
        (_folder, _options, _named, _time, _logger) = (folder, options, named, time, logger);
        try
        {
            Load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotLoaded(_folder, e);
        }
    }

    /// <summary>Stores what the stream holds; the same content again is the same blob, of the type it came as first.</summary>
    /// <exception cref="BlobException">It was not stored.</exception>
    public async Task<Blob> StoreAsync(Stream content, BlobType type, CancellationToken stop)
    {
        var incoming = Path.Combine(_folder, Path.GetRandomFileName() + Incoming);
        try
        {
            var (id, size) = await CopyAsync(content, type, incoming, stop);
            if (Find(id) is { } known) return known.Blob;
            return Keep(incoming, new Blob(id, type, size));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException and not BadHttpRequestException)
        {
            throw new BlobException(BlobFault.Disk, $"the disk does not take it: {e.Message}", e);
        }
        finally
        {
            if (File.Exists(incoming)) File.Delete(incoming);
        }
    }

    /// <summary>A blob and its file; null when there is none of this id. Who asks keeps it from being the next to go.</summary>
    public (Blob Blob, string File)? Find(string id)
    {
        lock (_lock)
        {
            if (!_kept.TryGetValue(id, out var kept)) return null;
            kept.Used = _time.GetUtcNow();
            return (kept.Blob, PathOf(kept.Blob));
        }
    }

    private async Task<(string Id, long Size)> CopyAsync(
        Stream content, BlobType type, string path, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var read = await content.ReadAtLeastAsync(buffer, BlobType.SignatureSize, throwOnEndOfStream: false, stop);
            if (read == 0) throw new BlobException(BlobFault.Empty, "the body is empty; send the bytes of the blob");
            if (!type.Fits(buffer.AsSpan(0, read)))
            {
                throw new BlobException(
                    BlobFault.NotOfType, $"the bytes are not {type.Noun}; send them as what they are, or as {BlobType.Bytes.MediaType}");
            }
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            long size = 0;
            for (; read > 0; read = await content.ReadAsync(buffer, stop))
            {
                size += read;
                if (size > _options.Largest)
                {
                    throw new BlobException(
                        BlobFault.TooLarge, $"a blob may have {_options.Largest} bytes (the option blobs.largest), and this one has more");
                }
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), stop);
            }
            return (Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Flushed outside of the lock; of two that store the same content at once, the second replaces the same bytes.
    private Blob Keep(string incoming, Blob blob)
    {
        MakeRoom(blob.Size);
        var path = PathOf(blob);
        DurableFile.Move(incoming, path);
        lock (_lock)
        {
            if (_kept.TryGetValue(blob.Id, out var known))
            {
                if (known.Blob.Type != blob.Type) File.Delete(path);
                return known.Blob;
            }
            _kept.Add(blob.Id, new Kept(blob, _time.GetUtcNow()));
            _size += blob.Size;
        }
        return blob;
    }

    private void MakeRoom(long wanted)
    {
        lock (_lock)
        {
            if (_size + wanted <= _options.MaxSize) return;
        }
        var named = _named();
        lock (_lock)
        {
            var allowed = _options.MaxSize - wanted;
            var aim = allowed - (long)(_options.MaxSize * Slack);
            var (count, before) = (0, _size);
            foreach (var kept in _kept.Values.Where(k => !named.Contains(k.Blob.Id)).OrderBy(k => k.Used).ToList())
            {
                if (_size <= aim) break;
                File.Delete(PathOf(kept.Blob));
                _kept.Remove(kept.Blob.Id);
                _size -= kept.Blob.Size;
                count++;
            }
            if (count > 0) LogMadeRoom(count, before - _size);
            if (_size <= allowed) return;
        }
        throw new BlobException(
            BlobFault.Full,
            $"all {_options.MaxSize} bytes for blobs (the option blobs.maxSize) are taken by those that values name; remove some values");
    }

    private void Load()
    {
        Directory.CreateDirectory(_folder);
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles())
        {
            if (file.Extension == Incoming) file.Delete();
            var id = Path.GetFileNameWithoutExtension(file.Name);
            if (!BlobId.IsValid(id) || BlobType.OfExtension(file.Extension.AsSpan().TrimStart('.')) is not { } type) continue;
            if (_kept.TryAdd(id, new Kept(new Blob(id, type, file.Length), file.LastWriteTimeUtc))) _size += file.Length;
        }
    }

    private string PathOf(Blob blob) => Path.Combine(_folder, $"{blob.Id}.{blob.Type.Extension}");

    [LoggerMessage(9001, LogLevel.Error, "The blobs in {Folder} cannot be read; none of them is there in this run")]
    private partial void LogNotLoaded(string folder, Exception e);

    [LoggerMessage(9002, LogLevel.Information, "Removed {Count} blobs that no value names, {Bytes} bytes, to make room")]
    private partial void LogMadeRoom(int count, long bytes);

    private sealed class Kept(Blob blob, DateTimeOffset used)
    {
        public Blob Blob => blob;

        public DateTimeOffset Used { get; set; } = used;
    }
}
