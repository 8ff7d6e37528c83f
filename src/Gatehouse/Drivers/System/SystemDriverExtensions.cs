using Gatehouse.Parts;
using Gatehouse.Runtime.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Drivers.System;

internal static class SystemDriverExtensions
{
    /// <summary>Adds the driver for this machine's own sensors. It wants the device registry, the clock and its options.</summary>
    public static IServiceCollection AddSystemDriver(this IServiceCollection services)
    {
        services.TryAddSingleton<IOptionsMonitor<SystemDriverOptions>, SettingsOptions<SystemDriverOptions>>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPart, SystemDriver>());
        return services;
    }
}
