using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Gatehouse.Runtime.Configuration;

/// <summary>One section of the settings as the platform's options, for parts that follow its changes.</summary>
internal sealed class SettingsOptions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
    SettingsMonitor monitor) : IOptionsMonitor<T>
    where T : class
{
    public T CurrentValue => monitor.Current.Get<T>();

    public T Get(string? name) => CurrentValue;

    public IDisposable OnChange(Action<T, string?> listener) => monitor.OnChange<T>(options => listener(options, null));
}
