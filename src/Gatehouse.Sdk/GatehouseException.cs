namespace Gatehouse.Sdk;

/// <summary>Everything that Gatehouse itself reports by throwing. Catch this one, or a leaf of it for one reason.</summary>
public abstract class GatehouseException : Exception
{
    private protected GatehouseException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>The text cannot be a key; <see cref="Error"/> says which rule it breaks.</summary>
public sealed class KeyFormatException(string text, Values.KeyError error)
    : GatehouseException($"'{Values.KeySegment.ForDisplay(text)}' is not a key: {Values.KeyErrors.Explain(error)}.")
{
    /// <summary>The rule that the text breaks.</summary>
    public Values.KeyError Error { get; } = error;
}

/// <summary>A value is larger than <see cref="Values.Value.MaxSize"/>. Store large things as blobs and refer to them.</summary>
public sealed class ValueTooLargeException(int size)
    : GatehouseException($"The value has {size} bytes; a value has at most {Values.Value.MaxSize} bytes. Store it as a blob and set a reference.")
{
    /// <summary>Its size in bytes.</summary>
    public int Size { get; } = size;
}

/// <summary>Somebody else offers this service, or owns these keys, already.</summary>
public sealed class NameTakenException(string name, string holder)
    : GatehouseException($"'{name}' is taken by {holder}. Stop that part first, or choose another name.")
{
    /// <summary>The service name or key prefix asked for.</summary>
    public string Name { get; } = name;

    /// <summary>Who holds it.</summary>
    public string Holder { get; } = holder;
}
