namespace Gatehouse.Runtime.Configuration;

/// <summary>
/// Marks an option whose change applies while the hub runs. Whoever reads it must follow <see cref="SettingsMonitor.OnChange{T}"/>.
/// On an object of options it holds for all of them. A cross-field rule must not join a marked option with an unmarked one.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HotReloadAttribute : Attribute;
