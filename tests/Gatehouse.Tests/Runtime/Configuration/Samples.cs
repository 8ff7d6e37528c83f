using System.Collections.ObjectModel;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Serialization;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Tests.Runtime.Configuration;

internal enum Mood
{
    Calm, VeryBusy,
}

/// <summary>A section with an option of every kind.</summary>
[Description("Everything.")]
internal sealed class SampleOptions : IValidatableObject
{
    [Description("A text.")]
    [HotReload]
    public string Name { get; set; } = "é";

    [Description("A text or null.")]
    public string? Title { get; set; }

    [Description("A number from 1 to 65535.")]
    [Range(1, 65535)]
    [HotReload]
    public int Port { get; set; } = 80;

    [Description("A large number.")]
    public long Large { get; set; }

    [Description("A number or null.")]
    [Range(1, 9)]
    public int? Count { get; set; }

    [Description("A ratio.")]
    [Range(0.0, 1.0)]
    public double Ratio { get; set; } = 0.5;

    [Description("A real.")]
    public double Real { get; set; }

    [Description("A flag.")]
    public bool Flag { get; set; }

    [Description("A choice | or two.")]
    public Mood Mood { get; set; }

    [Description("A choice or null.")]
    public Mood? Other { get; set; }

    [Description("A duration.")]
    [DurationRange("100ms", "1h")]
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(2);

    [Description("A list.")]
    public IReadOnlyList<string> Names { get; set; } = [];

    [Description("A map.")]
    public IReadOnlyDictionary<string, Mood> Moods { get; set; } = ReadOnlyDictionary<string, Mood>.Empty;

    [Description("A map of lists.")]
    public IReadOnlyDictionary<string, int[]> Tables { get; set; } = ReadOnlyDictionary<string, int[]>.Empty;

    [Description("An object.")]
    [HotReload]
    public SampleInner Inner { get; set; } = new();

    [Description("A list of objects.")]
    public IReadOnlyList<SampleInner> Inners { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Large < 0) yield return new ValidationResult("large must not be below 0", [nameof(Large)]);
        if (Flag && Title is null) yield return new ValidationResult("a flag needs a title", [nameof(Flag), nameof(Title)]);
        if (Real > 1000) yield return new ValidationResult("this is too much altogether");
    }
}

/// <summary>An object inside a section.</summary>
internal sealed class SampleInner : IValidatableObject
{
    [Description("The least.")]
    [Range(0, 100)]
    public int Least { get; set; } = 1;

    [Description("The most.")]
    [Range(0, 100)]
    public int Most { get; set; } = 2;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Most < Least) yield return new ValidationResult("most must not be below least", [nameof(Most), nameof(Least)]);
    }
}

/// <summary>A section below a group.</summary>
[Description("Deep.")]
internal sealed class DeepOptions
{
    [Description("A flag.")]
    public bool Enabled { get; set; } = true;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(DurationJson), typeof(ChoiceJson<Mood>)])]
[JsonSerializable(typeof(SampleOptions))]
[JsonSerializable(typeof(DeepOptions))]
internal sealed partial class SampleJson : JsonSerializerContext;

internal static class Samples
{
    public const string File = "test.json";

    public static SettingsLayout Layout { get; } = new(
        new SettingsSection("sample", SampleJson.Default.SampleOptions),
        new SettingsSection("group.deep", SampleJson.Default.DeepOptions));

    public static SettingsLoad Load(string? text, params string[] overrides) =>
        SettingsLoader.Load(Layout, File, text is null ? null : Encoding.UTF8.GetBytes(text), overrides);

    /// <summary>Loads the members of the section <c>sample</c>, which must be sound.</summary>
    public static SampleOptions Sample(string members, params string[] overrides) =>
        Sound(Load($"{{\"sample\":{{{members}}}}}", overrides)).Get<SampleOptions>();

    public static Settings Sound(SettingsLoad load)
    {
        Assert.Empty(load.Problems);
        return load.Settings!;
    }

    /// <summary>The problems of the members of the section <c>sample</c>, as text.</summary>
    public static string[] Problems(string members) => Problems(Load($"{{\"sample\":{{{members}}}}}"));

    public static string[] Problems(SettingsLoad load) => [.. load.Problems.Select(problem => problem.ToString())];
}
