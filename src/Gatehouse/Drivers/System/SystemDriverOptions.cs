using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Drivers.System;

/// <summary>How the hub observes the machine that it runs on.</summary>
[Description("The driver that observes the machine itself: processor, memory, disks, network, temperatures.")]
internal sealed class SystemDriverOptions
{
    public const string SectionName = "drivers.system";

    [Description("Whether it runs.")]
    [HotReload]
    public bool Enabled { get; set; } = true;

    [Description("The time between two readings.")]
    [HotReload]
    [DurationRange("100ms", "1h")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(2);

    [Description("Where the kernel's proc file system is; another place when the hub runs in a container.")]
    [Required(ErrorMessage = "a directory")]
    public string Proc { get; set; } = "/proc";

    [Description("Where the kernel's sys file system is.")]
    [Required(ErrorMessage = "a directory")]
    public string Sys { get; set; } = "/sys";

    [Description("The room that the machine stands in; its devices are shown there.")]
    [HotReload]
    [StringLength(64, MinimumLength = 1, ErrorMessage = "1 to 64 characters")]
    public string? Room { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(DurationJson)])]
[JsonSerializable(typeof(SystemDriverOptions))]
internal sealed partial class SystemDriverOptionsJson : JsonSerializerContext;
