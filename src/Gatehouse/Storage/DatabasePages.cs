using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Storage;

/// <summary>
/// The pages of a database file as they lie on the disk, with what was committed to its write-ahead log: for a file that SQLite refuses.
/// Writes nothing, neither to the file nor beside it. One thread at a time.
/// </summary>
/// <remarks>The formats are those of sqlite.org/fileformat2.html: the head in section 1.3, the log in section 4.</remarks>
internal sealed class DatabasePages : IDisposable
{
    private const int HeadSize = 100;
    private const int FrameHeadSize = 24;

    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle? _log;
    private readonly Dictionary<uint, long> _inLog = [];

    private DatabasePages(SafeFileHandle file, SafeFileHandle? log, int usualPageSize)
    {
        (_file, _log) = (file, log);
        Span<byte> head = stackalloc byte[HeadSize];
        HasHead = RandomAccess.Read(file, head, 0) == HeadSize && head.StartsWith(Mark);
        PageSize = HasHead && PageSizeOf(head) is { } told ? told : usualPageSize;
        Usable = PageSize - (HasHead ? head[20] : 0);
        Count = (uint)Math.Min(RandomAccess.GetLength(file) / PageSize, uint.MaxValue - 1);
        if (log is not null) ReadLog(log);
        Bound = Math.Max(Count, HasHead ? BinaryPrimitives.ReadUInt32BigEndian(head[28..]) : 0);
    }

    /// <summary>How every database begins.</summary>
    public static ReadOnlySpan<byte> Mark => "SQLite format 3\0"u8;

    /// <summary>False when the file does not begin as a database does; its pages are read all the same.</summary>
    public bool HasHead { get; }

    public int PageSize { get; }

    /// <summary>How many bytes of each page are used.</summary>
    public int Usable { get; }

    /// <summary>The number of the last page; the first is 1.</summary>
    public uint Count { get; private set; }

    /// <summary>The number that the last page would have if the file were not cut off.</summary>
    public uint Bound { get; }

    /// <param name="path">The file; the log is looked for beside it.</param>
    /// <param name="usualPageSize">What is assumed where the head does not tell.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static DatabasePages Open(string path, int usualPageSize)
    {
        var file = OpenHandle(path);
        SafeFileHandle? log = null;
        try
        {
            log = File.Exists(path + "-wal") ? OpenHandle(path + "-wal") : null;
            return new DatabasePages(file, log, usualPageSize);
        }
        catch
        {
            file.Dispose();
            log?.Dispose();
            throw;
        }
    }

    /// <summary>A page; null when the file has none of this number, or the disk does not give it.</summary>
    public byte[]? Page(uint number)
    {
        if (number == 0 || number > Count) return null;
        var page = new byte[PageSize];
        try
        {
            var length = _inLog.TryGetValue(number, out var at)
                ? RandomAccess.Read(_log!, page, at) : RandomAccess.Read(_file, page, (number - 1L) * PageSize);
            return length == PageSize ? page : null;
        }
        catch (IOException)
        {
            return null; // a bad sector: the pages around it may be sound
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _log?.Dispose();
    }

    private static SafeFileHandle OpenHandle(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static int? PageSizeOf(ReadOnlySpan<byte> head)
    {
        int size = BinaryPrimitives.ReadUInt16BigEndian(head[16..]);
        if (size == 1) return 64 * 1024;
        return size >= 512 && BitOperations.IsPow2(size) ? size : null;
    }

    // As far as its sums are right; what no commit follows never happened.
    private void ReadLog(SafeFileHandle log)
    {
        Span<byte> head = stackalloc byte[WriteAheadLog.HeadSize];
        if (RandomAccess.Read(log, head, 0) < head.Length || !WriteAheadLog.IsSound(head)
            || BinaryPrimitives.ReadUInt32BigEndian(head[8..]) != PageSize)
        {
            return;
        }
        var sums = WriteAheadLog.SumsOf(head[24..]);
        var frame = new byte[FrameHeadSize + PageSize];
        var uncommitted = new List<(uint Page, long At)>();
        for (var at = (long)WriteAheadLog.HeadSize; RandomAccess.Read(log, frame, at) == frame.Length; at += frame.Length)
        {
            sums = WriteAheadLog.Add(sums, frame.AsSpan(0, 8), WriteAheadLog.IsBigEndian(head));
            sums = WriteAheadLog.Add(sums, frame.AsSpan(FrameHeadSize), WriteAheadLog.IsBigEndian(head));
            if (!frame.AsSpan(8, 8).SequenceEqual(head[16..24]) || WriteAheadLog.SumsOf(frame.AsSpan(16)) != sums) return;
            uncommitted.Add((BinaryPrimitives.ReadUInt32BigEndian(frame), at + FrameHeadSize));
            if (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) is not (> 0 and var count)) continue;
            foreach (var (page, place) in uncommitted) _inLog[page] = place;
            uncommitted.Clear();
            Count = Math.Max(Count, count);
        }
    }
}
