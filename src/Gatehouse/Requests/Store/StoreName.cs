using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Gatehouse.Requests.Store;

/// <summary>
/// The name of a service, section or key in the store. None of them is ever a path, and each can be a segment of an address: so those that
/// would mean something there are refused.
/// </summary>
internal static class StoreName
{
    public const int MaxBytes = 255;

    /// <summary>What a name is, for those who gave another one.</summary>
    public const string Rule = "a name in the store has 1 to 255 bytes of UTF-8, no '/', '\\' or NUL, no '..' in it, and is not '.'";

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? name)
    {
        name = bytes.Length is >= 1 and <= MaxBytes && !bytes.ContainsAny("/\\\0"u8) && bytes.IndexOf(".."u8) < 0
            && !bytes.SequenceEqual("."u8) && Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
        return name is not null;
    }

    /// <summary>Whether this is a name; a text that is no Unicode is none.</summary>
    public static bool IsValid(string name)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        var status = Utf8.FromUtf16(name, bytes, out _, out var written, replaceInvalidSequences: false);
        return status == OperationStatus.Done && TryRead(bytes[..written], out _);
    }

    /// <summary>What all spellings of a key have in common that differ in upper and lower case alone.</summary>
    public static string Fold(string key) => key.ToLowerInvariant();

    /// <summary>Names in one frame, with a bar between them; in a name a bar is <c>%7C</c> and a percent sign <c>%25</c>.</summary>
    public static byte[] Join(IEnumerable<string> names) => Encoding.UTF8.GetBytes(string.Join('|', names.Select(Escape)));

    private static string Escape(string name) =>
        name.Replace("%", "%25", StringComparison.Ordinal).Replace("|", "%7C", StringComparison.Ordinal);
}

/// <summary>Where a value is.</summary>
internal readonly record struct StoreKey(string Service, string Section, string Key);
