namespace Gatehouse.Sdk.Values;

/// <summary>How far a value can be trusted, from best to worst. Only <see cref="Good"/> values may drive a control action.</summary>
public enum Quality : byte
{
    /// <summary>Fresh, and nothing speaks against it.</summary>
    Good,

    /// <summary>A check failed: out of range, not a number, older than the one before it.</summary>
    Suspect,

    /// <summary>True once, but no news for too long.</summary>
    Stale,

    /// <summary>The source itself says that it is wrong.</summary>
    Bad,
}

/// <summary>The words for <see cref="Quality"/> that the wire, the page and the commands share.</summary>
public static class QualityNames
{
    /// <summary>Its word: good, suspect, stale or bad.</summary>
    public static string ToText(this Quality quality) => quality switch
    {
        Quality.Good => "good",
        Quality.Suspect => "suspect",
        Quality.Stale => "stale",
        _ => "bad",
    };

    /// <summary>Reads the word, exactly as <see cref="ToText"/> writes it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Quality quality)
    {
        for (quality = Quality.Good; quality <= Quality.Bad; quality++)
        {
            if (text.SequenceEqual(quality.ToText())) return true;
        }
        quality = default;
        return false;
    }

    /// <summary>The worse of two.</summary>
    public static Quality AtBest(this Quality quality, Quality bound) => quality > bound ? quality : bound;
}
