using System.Buffers.Binary;

namespace Gatehouse.Storage;

/// <summary>Where a row stands.</summary>
internal readonly record struct RowPlace(uint Page, int Cell);

/// <summary>A row of a table or of an index as it was found.</summary>
/// <param name="Id">Its number in the table; null for a row of an index.</param>
/// <param name="Columns">Integers as <see cref="long"/>, text as <see cref="string"/>, blobs as bytes, all else as null.</param>
/// <param name="Sound">
/// How many bytes of the last column, a blob, are surely its own; fewer than it has when it reaches into a page of nothing but zeros, or
/// when its end is missing.
/// </param>
/// <param name="IsWhole">False when the end of the last column is missing.</param>
internal sealed record ScannedRow(RowPlace Place, long? Id, IReadOnlyList<object?> Columns, int Sound, bool IsWhole);

/// <summary>
/// Finds rows page by page, without the tree that leads to them: so a damaged page costs the rows on it and no others. Which table they are
/// of is for the caller to see from their columns.
/// </summary>
/// <remarks>The formats are those of sqlite.org/fileformat2.html: pages in section 1.6, records in 2.1, free pages in 1.5.</remarks>
internal sealed class RowScan(DatabasePages pages)
{
    private const byte IndexBranch = 2, IndexLeaf = 10, TableLeaf = 13;
    private const int FirstPageHead = 100;

    /// <summary>
    /// Every row that can be found, in no order. What was deleted is left out, as far as the list of free pages can be read.
    /// </summary>
    public IEnumerable<ScannedRow> Rows()
    {
        var free = FreePages();
        for (uint number = 1; number <= pages.Count; number++)
        {
            if (free.Contains(number) || pages.Page(number) is not { } page) continue;
            for (var cell = 0; cell < CellCount(page, number); cell++)
            {
                if (Read(page, new RowPlace(number, cell)) is { } row) yield return row;
            }
        }
    }

    /// <summary>The row at a place; null when there is none any more.</summary>
    public ScannedRow? Row(RowPlace place) => pages.Page(place.Page) is { } page ? Read(page, place) : null;

    private static int HeadAt(uint number) => number == 1 ? FirstPageHead : 0;

    private static int CellCount(byte[] page, uint number)
    {
        var head = page.AsSpan(HeadAt(number));
        return head[0] is IndexBranch or IndexLeaf or TableLeaf ? BinaryPrimitives.ReadUInt16BigEndian(head[3..]) : 0;
    }

    private ScannedRow? Read(byte[] page, RowPlace place)
    {
        var kind = page[HeadAt(place.Page)];
        var pointerAt = HeadAt(place.Page) + (kind == IndexBranch ? 12 : 8) + (2 * place.Cell);
        if (pointerAt + 2 > pages.Usable) return null;
        var at = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(pointerAt)) + (kind == IndexBranch ? 4 : 0);
        if (at >= pages.Usable) return null;
        ReadOnlySpan<byte> rest = page.AsSpan(at, pages.Usable - at);
        if (!TryTakeNumber(ref rest, out var length) || length is < 2 or > int.MaxValue) return null;
        long id = 0;
        if (kind == TableLeaf && !TryTakeNumber(ref rest, out id)) return null;
        var local = LocalLength((int)length, kind == TableLeaf);
        if (rest.Length < local) return null;
        var payload = local == length ? new Payload(rest[..local].ToArray(), local) : WithOverflow(rest, local, (int)length);
        return payload is { } found ? RecordOf(place, kind == TableLeaf ? id : null, found, (int)length) : null;
    }

    // How much of a row is on its own page: section 1.6, "the amount of payload that spills".
    private int LocalLength(int length, bool isTable)
    {
        var most = isTable ? pages.Usable - 35 : ((pages.Usable - 12) * 64 / 255) - 23;
        if (length <= most) return length;
        var least = ((pages.Usable - 12) * 32 / 255) - 23;
        var fitting = least + ((length - least) % (pages.Usable - 4));
        return fitting <= most ? fitting : least;
    }

    // Each page of the chain tells the next one, and the last one none: a page that tells something else is damaged.
    private Payload? WithOverflow(ReadOnlySpan<byte> rest, int local, int length)
    {
        if (rest.Length < local + 4) return null;
        var bytes = new List<byte>();
        bytes.AddRange(rest[..local]);
        var next = BinaryPrimitives.ReadUInt32BigEndian(rest[local..]);
        while (bytes.Count < length)
        {
            if (pages.Page(next) is not { } page) break;
            var part = page.AsSpan(4, Math.Min(length - bytes.Count, pages.Usable - 4));
            next = BinaryPrimitives.ReadUInt32BigEndian(page);
            var isLast = bytes.Count + part.Length == length;
            if (isLast ? next != 0 : next < 2 || next > pages.Bound) break;
            var sound = bytes.Count;
            bytes.AddRange(part);
            if (isLast && !part.ContainsAnyExcept((byte)0)) return new Payload([.. bytes], sound);
        }
        return new Payload([.. bytes], bytes.Count);
    }

    private static ScannedRow? RecordOf(RowPlace place, long? id, Payload payload, int length)
    {
        ReadOnlySpan<byte> rest = payload.Bytes;
        if (!TryTakeNumber(ref rest, out var headLength) || headLength > payload.Bytes.Length) return null;
        var at = (int)headLength;
        var kinds = payload.Bytes.AsSpan(0, at)[(payload.Bytes.Length - rest.Length)..];
        var columns = new List<object?>();
        var start = at;
        for (ReadOnlySpan<byte> left = kinds; !left.IsEmpty;)
        {
            if (!TryTakeNumber(ref left, out var kind) || LengthOf(kind) is not { } size || size > length - at) return null;
            start = at;
            at += size;
            if (at > payload.Bytes.Length && !(left.IsEmpty && kind >= 12 && kind % 2 == 0)) return null;
            columns.Add(ColumnOf(kind, payload.Bytes.AsSpan(start, Math.Min(size, payload.Bytes.Length - start))));
        }
        if (at != length) return null;
        return new ScannedRow(place, id, columns, Math.Max(0, payload.Sound - start), payload.Bytes.Length == length);
    }

    private static int? LengthOf(long kind) => kind switch
    {
        0 or 8 or 9 => 0,
        >= 1 and <= 4 => (int)kind,
        5 => 6,
        6 or 7 => 8,
        >= 12 and <= int.MaxValue => (int)(kind - 12) / 2,
        _ => null,
    };

    private static object? ColumnOf(long kind, ReadOnlySpan<byte> bytes)
    {
        if (kind is 8 or 9) return kind - 8;
        if (kind >= 12) return kind % 2 == 0 ? bytes.ToArray() : System.Text.Encoding.UTF8.GetString(bytes);
        if (kind is 0 or 7) return null;
        long number = (sbyte)bytes[0];
        foreach (var next in bytes[1..]) number = (number << 8) | next;
        return number;
    }

    // Big-endian, seven bits in each byte; a ninth byte counts whole.
    private static bool TryTakeNumber(ref ReadOnlySpan<byte> bytes, out long number)
    {
        number = 0;
        for (var i = 0; i < Math.Min(9, bytes.Length); i++)
        {
            number = i == 8 ? (number << 8) | bytes[i] : (number << 7) | (uint)(bytes[i] & 0x7F);
            if (i < 8 && bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return number >= 0;
        }
        return false;
    }

    private HashSet<uint> FreePages()
    {
        var free = new HashSet<uint>();
        if (!pages.HasHead || pages.Page(1) is not { } first) return free;
        var trunk = BinaryPrimitives.ReadUInt32BigEndian(first.AsSpan(32));
        while (trunk > 1 && pages.Page(trunk) is { } page && free.Add(trunk))
        {
            var count = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(4));
            if (count > (uint)(pages.Usable / 4) - 2) break; // not what it should be: then what it says is not believed
            for (var i = 0; i < count; i++) free.Add(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(8 + (4 * i))));
            trunk = BinaryPrimitives.ReadUInt32BigEndian(page);
        }
        return free;
    }

    private readonly record struct Payload(byte[] Bytes, int Sound);
}
