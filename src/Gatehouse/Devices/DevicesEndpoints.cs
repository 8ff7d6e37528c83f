using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Sdk.Devices;

namespace Gatehouse.Devices;

/// <summary><c>/api/devices</c>: the devices that are there and what is known about them.</summary>
internal static class DevicesEndpoints
{
    public static IServiceCollection AddDevices(this IServiceCollection services)
    {
        services.AddSingleton<DeviceRegistry>();
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Add(DevicesJson.Default));
        return services;
    }

    public static IEndpointRouteBuilder MapDevices(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/devices", (DeviceRegistry registry) => TypedResults.Ok(registry.List().ToArray()))
            .WithTags("devices").WithSummary("Every device that is there, with its properties, units and ranges.");
        return routes;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DeviceInfo[]))]
internal sealed partial class DevicesJson : JsonSerializerContext;
