using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.History;

/// <summary>What the history records and how long it keeps it.</summary>
[Description("The history: what was, and when.")]
internal sealed class HistoryOptions : IValidatableObject
{
    public const string SectionName = "history";

    [Description("Whether anything is recorded. What was recorded can be read all the same.")]
    public bool Enabled { get; set; } = true;

    [Description("How long every point is kept, unless a device or property says otherwise.")]
    [DurationRange("1h", "36500d")]
    public TimeSpan Raw { get; set; } = TimeSpan.FromDays(30);

    [Description("How long least, greatest and mean of each minute are kept; those of hours and days are kept for ever.")]
    [DurationRange("1d", "36500d")]
    public TimeSpan Minutes { get; set; } = TimeSpan.FromDays(365);

    [Description("How many bytes history.db may take; beyond them the oldest points go first, then the oldest minutes.")]
    [Range(4e6, 1e15)]
    public long MaxSize { get; set; } = 2_000_000_000;

    [Description("How many series there may be, of keys and of members of objects; new keys beyond that are not recorded, and are told.")]
    [Range(1, 100_000_000)]
    public int MaxSeries { get; set; } = 100_000;

    [Description("What is recorded of the keys that start with a prefix, such as \"/device/\"; the longest prefix that fits counts.")]
    public Dictionary<string, RecordingOptions> Record { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var prefix in Record.Keys.Where(p => p.Length == 0 || p[0] != '/'))
        {
            yield return new ValidationResult($"expected prefixes that start with '/', found '{prefix}'", [nameof(Record)]);
        }
    }
}

/// <summary>Which values of a key are recorded.</summary>
internal sealed class RecordingOptions
{
    [Description("Which values: every one, each that changed, each number that changed by the deadband, one in an interval, or none.")]
    public RecordingMode Mode { get; set; } = RecordingMode.Changed;

    [Description("The least time between two values, for changed and deadband; the newest that came meanwhile is recorded at its end.")]
    [DurationRange("0s", "1d")]
    public TimeSpan AtMost { get; set; } = TimeSpan.FromSeconds(1);

    [Description("After this long a value is recorded although it did not change, for changed and deadband.")]
    [DurationRange("1s", "36500d")]
    public TimeSpan AtLeast { get; set; } = TimeSpan.FromMinutes(10);

    [Description("How far a number must be from the one recorded last, for deadband.")]
    [Range(0, double.MaxValue)]
    public double Deadband { get; set; }

    [Description("The time between two values, for interval.")]
    [DurationRange("1ms", "1d")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Which values are recorded.</summary>
internal enum RecordingMode : byte
{
    /// <summary>Those that differ from the one recorded last.</summary>
    Changed,

    /// <summary>All.</summary>
    Every,

    /// <summary>Numbers that are far enough from the one recorded last, and all else that differs from it.</summary>
    Deadband,

    /// <summary>The newest, once in an interval.</summary>
    Interval,

    /// <summary>None.</summary>
    None,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(DurationJson), typeof(ChoiceJson<RecordingMode>)])]
[JsonSerializable(typeof(HistoryOptions))]
internal sealed partial class HistoryOptionsJson : JsonSerializerContext;
