namespace Gatehouse.Storage;

/// <summary>What lasts.</summary>
internal static class StorageExtensions
{
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSingleton(HubSettings.Migrations);
        services.AddSingleton<HubDatabase>();
        services.AddSingleton<HubSettings>();
        return services;
    }
}
