using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Sdk.Values;

/// <summary>Selects keys by the text they start with: any of several prefixes, or everything. Immutable.</summary>
/// <remarks>
/// A prefix need not end at a slash: <c>/device/hall</c> selects <c>/device/hall.lamp/on</c> too. End it with <c>/</c> to mean one branch.
/// </remarks>
public sealed class KeyFilter
{
    private readonly string[] _prefixes;

    /// <summary>Selects the keys that start with any of <paramref name="prefixes"/>; none or an empty one selects every key.</summary>
    /// <exception cref="KeyFormatException">A prefix does not start with a slash, so that no key could.</exception>
    public KeyFilter(params IReadOnlyCollection<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (prefix.Length > 0 && prefix[0] != '/') throw new KeyFormatException(prefix, KeyError.NoLeadingSlash);
        }
        // A prefix that another one covers would only cost time.
        _prefixes = prefixes.Any(p => p.Length <= 1)
            ? []
            : [.. prefixes.Distinct().Where(p => !prefixes.Any(o => o.Length < p.Length && p.StartsWith(o, StringComparison.Ordinal)))];
    }

    /// <summary>Every key.</summary>
    public static KeyFilter All { get; } = new();

    /// <summary>The prefixes that are left after simplifying; empty selects every key.</summary>
    public IReadOnlyList<string> Prefixes => _prefixes;

    /// <summary>As the constructor, for prefixes that come from outside.</summary>
    public static bool TryCreate(IReadOnlyCollection<string> prefixes, [NotNullWhen(true)] out KeyFilter? filter)
    {
        filter = prefixes.All(p => p.Length == 0 || p[0] == '/') ? new KeyFilter(prefixes) : null;
        return filter is not null;
    }

    /// <summary>True when the key is selected. Any thread; allocates nothing.</summary>
    public bool Matches(Key key) => Matches(key.Text);

    /// <inheritdoc cref="Matches(Key)"/>
    public bool Matches(ReadOnlySpan<char> key)
    {
        if (_prefixes.Length == 0) return true;
        foreach (var prefix in _prefixes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    /// <summary>True when a key exists that both filters select.</summary>
    public bool Overlaps(KeyFilter other) =>
        _prefixes.Length == 0 || other._prefixes.Length == 0
        || _prefixes.Any(mine => other._prefixes.Any(
            its => mine.StartsWith(its, StringComparison.Ordinal) || its.StartsWith(mine, StringComparison.Ordinal)));

    /// <summary>The prefixes, for messages.</summary>
    public override string ToString() => _prefixes.Length == 0 ? "/" : string.Join(", ", _prefixes);
}
