using Gatehouse.Parts;
using Gatehouse.Runtime.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Drivers.Fake;

internal static class FakeDriverExtensions
{
    /// <summary>Adds the driver of the made-up devices. It wants the device registry, the demo switch, the clock and its options.</summary>
    public static IServiceCollection AddFakeDriver(this IServiceCollection services)
    {
        services.TryAddSingleton<IOptionsMonitor<FakeDriverOptions>, SettingsOptions<FakeDriverOptions>>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPart, FakeDriver>());
        return services;
    }
}
