using Gatehouse.Parts;
using Gatehouse.Runtime.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Drivers.OneWire;

internal static class OneWireDriverExtensions
{
    /// <summary>Adds the driver for thermometers on 1-Wire buses. It wants the device registry, the clock and its options.</summary>
    public static IServiceCollection AddOneWireDriver(this IServiceCollection services)
    {
        services.TryAddSingleton<IOptionsMonitor<OneWireDriverOptions>, SettingsOptions<OneWireDriverOptions>>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPart, OneWireDriver>());
        return services;
    }
}
