using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// Between keys of the tree and keys on the wire. Those with a slash in front are the same on both sides; others live below
/// <c>/clone/</c> in the tree, and leave as they came.
/// </summary>
internal static class WireKey
{
    /// <summary>Room for any key as it goes out.</summary>
    public const int MaxSize = Key.MaxBytes;

    /// <summary>Room for any path that can be read, and some that cannot.</summary>
    public const int PathSize = Key.MaxBytes + 8;

    private const string Branch = "/clone/";
    private const char LastControl = '\u001f', Delete = '\u007f';

    private static ReadOnlySpan<byte> WireBranch => "/clone/"u8;

    /// <summary>Reads a key; what the tree thinks of it is asked when it is interned.</summary>
    /// <param name="wire">As it came.</param>
    /// <param name="path">Room for <see cref="PathSize"/> characters.</param>
    /// <param name="length">How many of them are the path.</param>
    public static CloneFault TryRead(ReadOnlySpan<byte> wire, Span<char> path, out int length)
    {
        length = 0;
        if (wire.IsEmpty || wire.Length > Key.MaxBytes) return CloneFault.BadKey;
        if (wire[0] != (byte)'/')
        {
            if (IsReserved(wire)) return CloneFault.ReservedKey;
            Branch.CopyTo(path);
            length = Branch.Length;
        }
        else if (wire.StartsWith(WireBranch))
        {
            return CloneFault.ReservedKey;
        }
        if (Utf8.ToUtf16(wire, path[length..], out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            return CloneFault.BadKey;
        }
        length += written;
        return IsPlain(path[..length]) ? CloneFault.None : CloneFault.BadKey;
    }

    /// <summary>Writes a key as it goes out; returns how many bytes that took.</summary>
    /// <param name="path">A key of the tree.</param>
    /// <param name="wire">Room for <see cref="MaxSize"/> bytes.</param>
    public static int Write(string path, Span<byte> wire)
    {
        var text = path.StartsWith(Branch, StringComparison.Ordinal) ? path.AsSpan(Branch.Length) : path;
        return Encoding.UTF8.GetBytes(text, wire);
    }

    /// <summary>Whether it is a word of the protocol.</summary>
    public static bool IsReserved(ReadOnlySpan<byte> wire) => wire.SequenceEqual(Kv.Goodbye) || wire.SequenceEqual(Kv.Heartbeat);

    // A key that a browser, a shell or a program in C would take for another one does harm long after it came in.
    private static bool IsPlain(ReadOnlySpan<char> path)
    {
        if (path.ContainsAnyInRange('\0', LastControl) || path.Contains(Delete)) return false;
        for (var at = path.IndexOf("/.", StringComparison.Ordinal); at >= 0;)
        {
            var segment = path[(at + 1)..];
            var end = segment.IndexOf('/');
            if ((end < 0 ? segment : segment[..end]) is "." or "..") return false;
            var next = segment.IndexOf("/.", StringComparison.Ordinal);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return true;
    }
}
