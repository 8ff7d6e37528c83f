using System.Collections.ObjectModel;
using System.ComponentModel;
using System.Text.Json.Serialization;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Runtime;

/// <summary>How much the hub writes to its log.</summary>
[Description("The log.")]
internal sealed class LogOptions
{
    public const string SectionName = "log";

    [Description("The least level that is written.")]
    [HotReload]
    public LogLevel Level { get; set; } = LogLevel.Information;

    [Description("The least level by category, such as `Gatehouse.Tree`. It holds for all categories that begin so; the longest counts.")]
    [HotReload]
    public IReadOnlyDictionary<string, LogLevel> Levels { get; set; } = ReadOnlyDictionary<string, LogLevel>.Empty;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(ChoiceJson<LogLevel>)])]
[JsonSerializable(typeof(LogOptions))]
internal sealed partial class LogOptionsJson : JsonSerializerContext;
