namespace Gatehouse.Runtime.Configuration;

/// <summary>Finds what somebody meant to type. Capitals do not count.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest slips, the first of equals; null when none is near enough to be meant.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        // A third of the letters, as more would make any short name look like any other.
        var limit = Math.Min(3, (name.Length + 1) / 3);
        var best = (Name: (string?)null, Slips: limit + 1);
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) > limit) continue;
            var slips = Slips(name, candidate);
            if (slips < best.Slips) best = (candidate, slips);
        }
        return best.Name;
    }

    /// <summary>Damerau-Levenshtein: letters added, left out, changed, or swapped with their neighbour.</summary>
    public static int Slips(string one, string other)
    {
        var (before, last, next) = (new int[other.Length + 1], new int[other.Length + 1], new int[other.Length + 1]);
        for (var j = 0; j <= other.Length; j++) last[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            next[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var same = Same(one[i - 1], other[j - 1]);
                next[j] = Math.Min(Math.Min(next[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
                var swapped = i > 1 && j > 1 && Same(one[i - 1], other[j - 2]) && Same(one[i - 2], other[j - 1]);
                if (swapped) next[j] = Math.Min(next[j], before[j - 2] + 1);
            }
            (before, last, next) = (last, next, before);
        }
        return last[other.Length];
    }

    private static bool Same(char one, char other) => char.ToLowerInvariant(one) == char.ToLowerInvariant(other);
}
