using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Services;
using Gatehouse.Tree;

namespace Gatehouse.Parts;

/// <summary>The parts, and what runs them.</summary>
internal static class PartsExtensions
{
    public static IServiceCollection AddParts(this IServiceCollection services)
    {
        services.AddSingleton(provider => new Hub(
            provider.GetRequiredService<Settings>().Get<HubOptions>().Name,
            provider.GetRequiredService<ValueTree>(),
            provider.GetRequiredService<ServiceDirectory>()));
        services.AddSingleton<IPart, KeeperPart>();
        services.AddSingleton<IPart, StatisticsPart>();
        services.AddSingleton<IPart, StoragePart>();
        if (SystemdNotifier.IsWatched(Environment.GetEnvironmentVariable)) services.AddSingleton<IPart, KeepAlivePart>();
        services.AddSingleton<Troubles>();
        services.AddSingleton<PartHost>();
        services.AddSingleton<HubLife>();
        services.AddHostedService(provider => provider.GetRequiredService<HubLife>());
        return services;
    }
}
