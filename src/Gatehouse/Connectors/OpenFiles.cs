using System.Globalization;

namespace Gatehouse.Connectors;

/// <summary>How many descriptors this process may have, of which each connection takes one.</summary>
internal static class OpenFiles
{
    // For the hub's files, for devices, for the page's watchers.
    private const long Reserve = 256;
    private const long Fewest = 16;

    /// <summary>The limit as the system tells it; null where it does not.</summary>
    public static long? Limit()
    {
        const string Limits = "/proc/self/limits";
        if (!OperatingSystem.IsLinux() || !File.Exists(Limits)) return null;
        return TryParse(File.ReadAllText(Limits), out var limit) ? limit : null;
    }

    /// <summary>Reads the soft limit from a table of limits as Linux writes it. False: there is none.</summary>
    public static bool TryParse(string limits, out long limit)
    {
        const string Name = "Max open files ";
        limit = 0;
        foreach (var line in limits.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(Name, StringComparison.Ordinal)) continue;
            var values = line[Name.Length..].TrimStart(' ');
            var end = values.IndexOf(' ');
            return long.TryParse(end < 0 ? values : values[..end], NumberStyles.None, CultureInfo.InvariantCulture, out limit);
        }
        return false;
    }

    /// <summary>How many of the peers that are wanted there are descriptors for.</summary>
    public static int PeersWithin(long? limit, int wanted) =>
        limit is { } files ? (int)Math.Min(wanted, Math.Max(files - Reserve, Fewest)) : wanted;
}
