namespace Gatehouse.Tests.Conventions;

/// <summary>
/// Who may see whom. A room is a folder of the hub with all that is below it; where the table has a star, each folder inside is a room of
/// its own, and what lies in the outer folder itself belongs to all of them.
/// </summary>
internal sealed class Rooms
{
    /// <summary>Lowest first. A room sees itself and the lines above its own; rooms on the same line do not see each other.</summary>
    public const string Table = """
        Sdk
        Runtime
        Storage
        Security
        Tree, Services
        Parts
        Devices, History, Blobs, Requests, Alarms
        Drivers.*, Connectors.*, Automation, Gateway
        Web, Cli
        Program
        """;

    private readonly Dictionary<string, int> _levels = [];
    private readonly HashSet<string> _divided = [];

    public Rooms(string table = Table)
    {
        foreach (var (level, line) in table.Split('\n').Index())
        {
            foreach (var name in line.Split(',', StringSplitOptions.TrimEntries))
            {
                var outer = name.Replace(".*", "", StringComparison.Ordinal);
                _levels.Add(outer, level);
                if (outer != name) _divided.Add(outer);
            }
        }
    }

    /// <summary>The room of a namespace of the product; null for one that is foreign or generated.</summary>
    public string? Of(string space) => space.Split('.') switch
    {
        ["Gatehouse"] => "Program",
        ["Gatehouse", var outer, var inner, ..] when _divided.Contains(outer) => $"{outer}.{inner}",
        ["Gatehouse", var outer, ..] => outer,
        _ => null,
    };

    /// <summary>What is wrong with one room using another; null when nothing is.</summary>
    public string? Fault(string from, string to)
    {
        var (outerFrom, outerTo) = (Outer(from), Outer(to));
        if (!_levels.TryGetValue(outerFrom, out var own)) return $"{outerFrom} is not in the table";
        if (!_levels.TryGetValue(outerTo, out var other)) return $"{outerTo} is not in the table";
        if (from == to || from == outerTo || to == outerFrom || other < own) return null;
        return $"{from} may not see {to}";
    }

    private static string Outer(string room) => room.Split('.')[0];
}
