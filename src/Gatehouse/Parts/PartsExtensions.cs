using Gatehouse.Runtime;
using Gatehouse.Services;
using Gatehouse.Tree;

namespace Gatehouse.Parts;

/// <summary>The parts, and what runs them.</summary>
internal static class PartsExtensions
{
    public static IServiceCollection AddParts(this IServiceCollection services, HubOptions options)
    {
        services.AddSingleton(provider => new Hub(
            options.Name, provider.GetRequiredService<ValueTree>(), provider.GetRequiredService<ServiceDirectory>()));
        services.AddSingleton<IPart, KeeperPart>();
        services.AddSingleton<IPart, StatisticsPart>();
        services.AddSingleton<PartHost>();
        services.AddSingleton<HubLife>();
        services.AddHostedService(provider => provider.GetRequiredService<HubLife>());
        return services;
    }
}
