using Gatehouse.Parts;
using Gatehouse.Runtime.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Connectors.Majordomo;

internal static class MajordomoExtensions
{
    /// <summary>Adds the Majordomo broker. It wants the settings, the clock, the troubles and who may do what.</summary>
    public static IServiceCollection AddMajordomo(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => provider.GetRequiredService<Settings>().Get<MajordomoOptions>());
        services.TryAddSingleton<MajordomoConnector>();
        services.AddSingleton<IPart>(provider => provider.GetRequiredService<MajordomoConnector>());
        return services;
    }
}
