using System.Text;

namespace Gatehouse.Drivers.System;

/// <summary>A mounted file system that holds files of people: a line of <c>/proc/self/mountinfo</c>.</summary>
/// <param name="Device">What is mounted, once each: the block device, or what the server exports.</param>
/// <param name="Point">Where.</param>
/// <param name="IsWhole">False when only a folder of it shows there.</param>
/// <param name="IsRemote">Its server may be silent.</param>
internal sealed record Mount(string Device, string Point, bool IsWhole, bool IsRemote)
{
    /// <summary>Reads the real file systems, each device once: where all of it shows, and where the path is shortest.</summary>
    public static IReadOnlyList<Mount> ReadAll(ReadOnlySpan<byte> text, out int rejected)
    {
        var byDevice = new Dictionary<string, Mount>(StringComparer.Ordinal);
        rejected = 0;
        var lines = new Lines(text);
        while (lines.TryNext(out var line))
        {
            if (!TryParse(line, out var mount)) rejected++;
            if (mount is null || (byDevice.TryGetValue(mount.Device, out var other) && !IsBetter(mount, other))) continue;
            byDevice[mount.Device] = mount;
        }
        return [.. byDevice.Values];
    }

    // Fields: id, parent, major:minor, root, mount point, options, optional fields, -, type, source, super options.
    private static bool TryParse(ReadOnlySpan<byte> line, out Mount? mount)
    {
        mount = null;
        var words = new Words(line);
        if (!words.TrySkip(3) || !words.TryNext(out ReadOnlySpan<byte> root) || !words.TryNext(out ReadOnlySpan<byte> point)) return false;
        ReadOnlySpan<byte> word;
        do
        {
            if (!words.TryNext(out word)) return false;
        }
        while (!word.SequenceEqual("-"u8));
        if (!words.TryNext(out ReadOnlySpan<byte> type)) return false;
        // Some file systems have no source at all; those are of no interest.
        if (!words.TryNext(out ReadOnlySpan<byte> source)) return true;
        var isRemote = IsRemoteType(type);
        if (!isRemote && !IsLocal(type, source)) return true;
        if (!TryUnescape(point, out var path) || !TryUnescape(source, out var device) || path[0] != '/') return false;
        mount = new Mount(device, path, root.SequenceEqual("/"u8), isRemote);
        return true;
    }

    private static bool IsBetter(Mount mount, Mount other) =>
        mount.IsWhole != other.IsWhole ? mount.IsWhole : mount.Point.Length < other.Point.Length;

    private static bool IsRemoteType(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("nfs"u8) || type.SequenceEqual("nfs4"u8) || type.SequenceEqual("cifs"u8) || type.SequenceEqual("smb3"u8)
        || type.SequenceEqual("ceph"u8) || type.SequenceEqual("9p"u8)
        || type.SequenceEqual("fuse.sshfs"u8) || type.SequenceEqual("fuse.glusterfs"u8);

    // Images in loop devices count as part of the disk that they lie on. ZFS names pools where others name devices.
    private static bool IsLocal(ReadOnlySpan<byte> type, ReadOnlySpan<byte> source)
    {
        if (type.SequenceEqual("zfs"u8)) return true;
        if (!source.StartsWith("/dev/"u8) || source.StartsWith("/dev/loop"u8)) return false;
        return !(type.SequenceEqual("squashfs"u8) || type.SequenceEqual("iso9660"u8) || type.StartsWith("fuse."u8));
    }

    // The kernel writes blank, tab, newline and backslash as a backslash and three octal digits.
    private static bool TryUnescape(ReadOnlySpan<byte> word, out string text)
    {
        Span<byte> bytes = word.Length <= 512 ? stackalloc byte[word.Length] : new byte[word.Length];
        var length = 0;
        text = "";
        for (var i = 0; i < word.Length; i++, length++)
        {
            if (word[i] != (byte)'\\')
            {
                bytes[length] = word[i];
                continue;
            }
            if (i + 3 >= word.Length || !IsOctal(word[i + 1]) || !IsOctal(word[i + 2]) || !IsOctal(word[i + 3])) return false;
            if (word[i + 1] > (byte)'3') return false; // more than a byte
            bytes[length] = (byte)(((word[i + 1] - '0') << 6) | ((word[i + 2] - '0') << 3) | (word[i + 3] - '0'));
            i += 3;
        }
        if (bytes[..length].Contains((byte)0)) return false;
        text = Encoding.UTF8.GetString(bytes[..length]);
        return true;
    }

    private static bool IsOctal(byte digit) => digit is >= (byte)'0' and <= (byte)'7';
}
