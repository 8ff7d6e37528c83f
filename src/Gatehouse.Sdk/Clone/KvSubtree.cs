using System.Text;

namespace Gatehouse.Sdk.Clone;

/// <summary>The part of the keys that a client is about, and the names below it.</summary>
internal static class KvSubtree
{
    private const int MostBytes = 1024;

    /// <summary>
    /// A subtree as it stands on the wire: it begins and ends with a slash. That of no text is the whole, with a slash or without: the
    /// publisher's begins with one all the same.
    /// </summary>
    /// <exception cref="ArgumentException">It cannot stand there.</exception>
    public static string Normalize(string subtree, string parameter)
    {
        ArgumentNullException.ThrowIfNull(subtree, parameter);
        CheckCharacters(subtree, parameter);
        if (subtree.Length == 0) return "/";
        var text = subtree.StartsWith('/') ? subtree : "/" + subtree;
        return text.EndsWith('/') ? text : text + "/";
    }

    /// <summary>The beginning of the keys to subscribe to: none wants all, whatever they begin with.</summary>
    public static string Filter(string subtree, string parameter)
    {
        ArgumentNullException.ThrowIfNull(subtree, parameter);
        return subtree.Length == 0 ? "" : Normalize(subtree, parameter);
    }

    /// <summary>The key on the wire of a name below a subtree.</summary>
    /// <exception cref="ArgumentException">It is no name.</exception>
    public static byte[] Key(string subtree, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.StartsWith('/')) throw new ArgumentException($"A name below '{subtree}' does not begin with a slash.", nameof(name));
        CheckCharacters(name, nameof(name));
        var key = Encoding.UTF8.GetBytes(subtree + name);
        return key.Length <= MostBytes ? key : throw new ArgumentException($"A key has at most {MostBytes} bytes.", nameof(name));
    }

    private static void CheckCharacters(string text, string parameter)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c)) throw new ArgumentException($"A key has no control characters; this one has U+{(int)c:X4}.", parameter);
        }
    }
}
