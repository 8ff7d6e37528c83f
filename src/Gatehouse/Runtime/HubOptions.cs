namespace Gatehouse.Runtime;

/// <summary>Who this hub is.</summary>
internal sealed class HubOptions
{
    public const string SectionName = "hub";

    /// <summary>The host part of device keys and service names.</summary>
    public string Name { get; set; } = "localhost";
}
