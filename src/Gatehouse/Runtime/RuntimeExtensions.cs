using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Runtime;

/// <summary>What every slice stands on.</summary>
internal static class RuntimeExtensions
{
    /// <summary>Stopping takes at most five seconds; this is the host's share of them.</summary>
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(4.5);

    public static IServiceCollection AddRuntime(
        this IServiceCollection services,
        DataDirectory data,
        Settings settings,
        SettingsSource source,
        SettingsLayout layout,
        TimeProvider time)
    {
        services.AddSingleton(time);
        services.AddSingleton(data);
        services.AddSingleton(layout);
        services.AddSingleton(source);
        services.AddSingleton(settings);
        services.AddSingleton<SettingsMonitor>();
        services.AddSingleton<Readiness>();
        services.AddSingleton(provider => new SystemdNotifier(
            Environment.GetEnvironmentVariable, provider.GetRequiredService<ILogger<SystemdNotifier>>()));
        services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownPatience);
        services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
        return services;
    }
}
