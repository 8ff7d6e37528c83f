using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;

namespace Gatehouse.Sdk.Values;

/// <summary>
/// The name of one value: <c>/root/name/…</c>, segments of any characters but <c>/</c>, none of them empty, at most 255 bytes of UTF-8.
/// Immutable, compared by its text. In a hub it is the value's own slot: keep it, and no look-up by text is needed again.
/// </summary>
public class Key : IEquatable<Key>
{
    /// <summary>The most bytes of UTF-8 that a key may have.</summary>
    public const int MaxBytes = 255;

    private const string EventRoot = "/event/";

    private protected Key(string text)
    {
        Text = text;
        IsEvent = text.StartsWith(EventRoot, StringComparison.Ordinal);
    }

    /// <summary>The whole key, with its first slash.</summary>
    public string Text { get; }

    /// <summary>True for a key below <c>/event/</c>: a momentary fact, which has no present value and is never conflated.</summary>
    public bool IsEvent { get; }

    /// <summary>Makes a key of text.</summary>
    /// <exception cref="KeyFormatException">The text breaks a rule; the exception says which.</exception>
    public static Key Parse(string text) =>
        Check(text) is var error and not KeyError.None ? throw new KeyFormatException(text, error) : new Key(text);

    /// <summary>Makes a key of text, or says which rule the text breaks.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Key? key, out KeyError error)
    {
        error = Check(text);
        key = error == KeyError.None ? new Key(text) : null;
        return key is not null;
    }

    /// <summary>Says which rule the text breaks; <see cref="KeyError.None"/> when it is a key. Allocates nothing.</summary>
    public static KeyError Check(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return KeyError.Empty;
        if (text[0] != '/') return KeyError.NoLeadingSlash;
        if (text[^1] == '/' || text.IndexOf("//", StringComparison.Ordinal) >= 0) return KeyError.EmptySegment;
        if (text.Length > MaxBytes) return KeyError.TooLong;
        Span<byte> utf8 = stackalloc byte[MaxBytes * 3];
        var status = Utf8.FromUtf16(text, utf8, out _, out var bytes, replaceInvalidSequences: false);
        if (status != System.Buffers.OperationStatus.Done) return KeyError.NotUnicode;
        return bytes > MaxBytes ? KeyError.TooLong : KeyError.None;
    }

    /// <summary>Equal when the texts are equal.</summary>
    public bool Equals(Key? other) => ReferenceEquals(this, other) || (other is not null && Text == other.Text);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Key);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The whole key.</summary>
    public sealed override string ToString() => Text;
}
