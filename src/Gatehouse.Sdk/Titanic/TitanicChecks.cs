namespace Gatehouse.Sdk.Titanic;

/// <summary>What is refused before anything is sent.</summary>
internal static class TitanicChecks
{
    private const int MostBytes = 128;

    /// <summary>An id as a caller may give it: it stands in the name of a service.</summary>
    public static string Id(string id, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(id, parameter);
        if (id.Length > MostBytes) throw new ArgumentException($"An id has at most {MostBytes} characters, not {id.Length}.", parameter);
        foreach (var c in id)
        {
            if (c is > ' ' and <= '~' and not '/' and not '\\') continue;
            throw new ArgumentException($"An id is visible ASCII without slashes; this one has U+{(int)c:X4}.", parameter);
        }
        if (id.Contains("..", StringComparison.Ordinal)) throw new ArgumentException("An id has no two dots in a row.", parameter);
        return id;
    }

    /// <summary>A name in the store.</summary>
    public static string Name(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        if (name == "." || name.AsSpan().ContainsAny("/\\\0") || name.Contains("..", StringComparison.Ordinal))
        {
            throw new ArgumentException("A name in the store has no slash, no backslash, no NUL and no two dots in a row.", parameter);
        }
        if (System.Text.Encoding.UTF8.GetByteCount(name) <= byte.MaxValue) return name;
        throw new ArgumentException($"A name in the store has at most {byte.MaxValue} bytes.", parameter);
    }
}
