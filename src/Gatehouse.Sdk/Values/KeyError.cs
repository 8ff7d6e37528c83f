namespace Gatehouse.Sdk.Values;

/// <summary>The rule that a text breaks when it is not a key.</summary>
public enum KeyError : byte
{
    /// <summary>It is a key.</summary>
    None,

    /// <summary>There is no text.</summary>
    Empty,

    /// <summary>It does not start with a slash.</summary>
    NoLeadingSlash,

    /// <summary>Two slashes follow each other, or it ends with one.</summary>
    EmptySegment,

    /// <summary>It has more than <see cref="Key.MaxBytes"/> bytes of UTF-8.</summary>
    TooLong,

    /// <summary>It holds half a surrogate pair, which no UTF-8 can carry.</summary>
    NotUnicode,

    /// <summary>The hub knows as many keys as it may (its option <c>tree.maxKeys</c>).</summary>
    TooMany,
}

/// <summary>The rules in words.</summary>
internal static class KeyErrors
{
    public static string Explain(KeyError error) => error switch
    {
        KeyError.Empty => "it is empty",
        KeyError.NoLeadingSlash => "a key starts with '/'",
        KeyError.EmptySegment => "a segment is empty",
        KeyError.TooLong => $"it has more than {Key.MaxBytes} bytes",
        KeyError.NotUnicode => "it is not valid Unicode",
        KeyError.TooMany => "the hub knows as many keys as the option tree.maxKeys allows",
        _ => "it is one",
    };
}
