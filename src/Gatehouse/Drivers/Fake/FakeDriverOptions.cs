using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Drivers.Fake;

/// <summary>How the made-up devices behave.</summary>
[Description("Made-up devices that show what the hub does: sensors that move as real ones do, a switch, a dimmer, a camera.")]
internal sealed class FakeDriverOptions
{
    public const string SectionName = "drivers.fake";

    [Description("Whether it runs. Without it the services demo.remove, demo.restore and fake.fault are not offered.")]
    [HotReload]
    public bool Enabled { get; set; } = true;

    [Description("The time between two readings.")]
    [HotReload]
    [DurationRange("100ms", "1h")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(2);

    [Description("What the random sensors begin with: the same number gives the same values.")]
    [HotReload]
    public int Seed { get; set; } = 1;

    [Description("The room that all of them are shown in; by default each has its own.")]
    [HotReload]
    [StringLength(64, MinimumLength = 1, ErrorMessage = "1 to 64 characters")]
    public string? Room { get; set; }

    [Description("How many sensors there are besides, to see how a page or a program does with many.")]
    [HotReload]
    [Range(0, 2000)]
    public int Crowd { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(DurationJson)])]
[JsonSerializable(typeof(FakeDriverOptions))]
internal sealed partial class FakeDriverOptionsJson : JsonSerializerContext;
