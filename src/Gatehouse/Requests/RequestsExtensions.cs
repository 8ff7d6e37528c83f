using Gatehouse.Parts;
using Gatehouse.Runtime.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Requests;

internal static class RequestsExtensions
{
    /// <summary>Adds the durable requests. They want the storage, the services, the settings, the clock and who may do what.</summary>
    public static IServiceCollection AddRequests(this IServiceCollection services)
    {
        services.AddSingleton(RequestTables.Migrations);
        services.TryAddSingleton(provider => provider.GetRequiredService<Settings>().Get<RequestOptions>());
        services.TryAddSingleton<RequestQueue>();
        services.TryAddSingleton<RequestExpiry>();
        services.AddSingleton<IPart, RequestsPart>();
        return services;
    }
}
