using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Clone;

/// <summary>
/// Asks for a snapshot: the word and the subtree, which is the beginning of the keys that are wanted (RFC 12, "ICANHAZ"). A request
/// without it, as the guide's first models send it, wants all.
/// </summary>
internal static class KvSnapshotRequest
{
    /// <summary>Reads a request; anything but <see cref="KvFault.None"/> says why it is none.</summary>
    public static KvFault TryRead(in ZmtpMessage message, out ReadOnlySpan<byte> subtree)
    {
        subtree = default;
        if (!message[0].SequenceEqual(Kv.Ask)) return KvFault.UnknownRequest;
        if (message.Count > 2) return KvFault.FrameCount;
        if (message.Count == 2) subtree = message[1];
        return KvFault.None;
    }

    /// <summary>What <see cref="Write"/> takes.</summary>
    public static int Size(ReadOnlySpan<byte> subtree) => checked(ZmtpFrames.Size(Kv.Ask.Length) + ZmtpFrames.Size(subtree.Length));

    /// <summary>Writes a whole request; returns how many bytes that took.</summary>
    public static int Write(Span<byte> to, ReadOnlySpan<byte> subtree)
    {
        var at = ZmtpFrames.Write(to, Kv.Ask, more: true);
        return at + ZmtpFrames.Write(to[at..], subtree, more: false);
    }
}
