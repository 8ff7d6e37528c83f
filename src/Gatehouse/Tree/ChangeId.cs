using System.Globalization;

namespace Gatehouse.Tree;

/// <summary>A place in the feed of changes, as clients keep it: <c>epoch-sequence</c>.</summary>
internal readonly record struct ChangeId(long Epoch, long Sequence)
{
    public static bool TryParse(ReadOnlySpan<char> text, out ChangeId id)
    {
        id = default;
        var dash = text.IndexOf('-');
        if (dash < 0
            || !long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return false;
        }
        id = new ChangeId(epoch, sequence);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Sequence}");
}
