using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Drivers.OneWire;

/// <summary>How the hub reads thermometers on 1-Wire buses.</summary>
[Description("The driver for thermometers on 1-Wire buses, which the kernel modules w1-gpio and w1-therm show as files.")]
internal sealed class OneWireDriverOptions
{
    public const string SectionName = "drivers.oneWire";

    public const string UsualPath = "/sys/bus/w1/devices";

    [Description("Whether it runs. Without a 1-Wire bus it looks for one at each interval and does nothing else.")]
    [HotReload]
    public bool Enabled { get; set; } = true;

    [Description("Where the kernel lists the devices.")]
    [HotReload]
    [Required(ErrorMessage = "a directory")]
    public string Path { get; set; } = UsualPath;

    [Description("The time between two readings of a bus. A bus with many thermometers may take longer: each needs up to 1 s.")]
    [HotReload]
    [DurationRange("100ms", "1h")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    [Description("How long the other thermometers of a bus wait for one that does not answer; the kernel tries a faulty one for 8 s.")]
    [HotReload]
    [DurationRange("250ms", "1m")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    [Description("The resolution in bits to set thermometers to: more bits take longer. By default they keep their own.")]
    [HotReload]
    [Range(9, 12)]
    public int? Resolution { get; set; }

    [Description("The room that thermometers are shown in.")]
    [HotReload]
    [StringLength(64, MinimumLength = 1, ErrorMessage = "1 to 64 characters")]
    public string? Room { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(DurationJson)])]
[JsonSerializable(typeof(OneWireDriverOptions))]
internal sealed partial class OneWireDriverOptionsJson : JsonSerializerContext;
