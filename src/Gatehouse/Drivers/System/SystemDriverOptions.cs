using System.ComponentModel;

namespace Gatehouse.Drivers.System;

/// <summary>How the hub observes the machine that it runs on.</summary>
[Description("The driver that observes the machine itself: processor, memory, disks, network, temperatures.")]
internal sealed class SystemDriverOptions
{
    public const string SectionName = "drivers.system";

    [Description("Whether it runs.")]
    public bool Enabled { get; set; } = true;

    [Description("The time between two readings.")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(2);

    [Description("Where the kernel's proc file system is; another place when the hub runs in a container.")]
    public string Proc { get; set; } = "/proc";

    [Description("Where the kernel's sys file system is.")]
    public string Sys { get; set; } = "/sys";

    [Description("The room that the machine stands in; its devices are shown there.")]
    public string? Room { get; set; }
}
