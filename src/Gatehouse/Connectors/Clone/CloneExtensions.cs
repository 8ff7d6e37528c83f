using Gatehouse.Parts;
using Gatehouse.Runtime.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Connectors.Clone;

internal static class CloneExtensions
{
    /// <summary>Adds the clone server. It wants the settings, the clock, the troubles and who may do what.</summary>
    public static IServiceCollection AddClone(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => provider.GetRequiredService<Settings>().Get<CloneOptions>());
        services.TryAddSingleton<CloneConnector>();
        services.AddSingleton<IPart>(provider => provider.GetRequiredService<CloneConnector>());
        return services;
    }
}
