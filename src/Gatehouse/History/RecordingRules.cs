using Gatehouse.Parts;

namespace Gatehouse.History;

/// <summary>
/// Which rule holds for which key: what the settings say of prefixes, and what the registry of devices says of the key itself.
/// </summary>
internal sealed class RecordingRules
{
    private static readonly RecordingOptions Usual = new();
    private static readonly RecordingOptions Nothing = new() { Mode = RecordingMode.None };

    private readonly List<(string Prefix, RecordingOptions Rule)> _longestFirst;

    public RecordingRules(HistoryOptions options)
    {
        var rules = new Dictionary<string, RecordingOptions>(StringComparer.Ordinal)
        {
            ["/"] = options.Enabled ? Usual : Nothing,
            ["/event/"] = options.Enabled ? new RecordingOptions { Mode = RecordingMode.Every } : Nothing,
        };
        foreach (var (prefix, rule) in options.Record) rules[prefix] = options.Enabled ? rule : Nothing;
        _longestFirst = [.. rules.OrderByDescending(r => r.Key.Length).Select(r => (r.Key, r.Value))];
    }

    /// <param name="notes">
    /// What the registry knows of the key: a wish to record goes before a rule that records nothing, a wish not to before all.
    /// </param>
    public RecordingOptions For(string key, KeyNotes? notes)
    {
        if (notes?.Log is false) return Nothing;
        var rule = _longestFirst.Find(r => key.StartsWith(r.Prefix, StringComparison.Ordinal)).Rule ?? Nothing;
        return rule.Mode == RecordingMode.None && notes?.Log is true ? Usual : rule;
    }

    /// <summary>
    /// How long a recorded value stands when no other follows; later than that nothing was known. Null when it stands until another comes.
    /// </summary>
    /// <param name="expected">How often news of the key is expected; zero when it comes as it will.</param>
    public static TimeSpan? Hold(RecordingOptions rule, TimeSpan expected) => rule.Mode switch
    {
        RecordingMode.Interval => 3 * (expected > rule.Interval ? expected : rule.Interval),
        _ when expected == TimeSpan.Zero => null,
        RecordingMode.Every => 3 * expected,
        _ => rule.AtLeast + (3 * expected),
    };
}
