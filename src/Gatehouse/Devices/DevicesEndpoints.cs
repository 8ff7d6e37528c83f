using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Devices;

/// <summary><c>/api/devices</c>: the devices that are there, what is known about them, and what people say of them.</summary>
internal static class DevicesEndpoints
{
    public static IServiceCollection AddDevices(this IServiceCollection services)
    {
        services.AddSingleton(EditStore.Migrations);
        services.AddSingleton<EditStore>();
        services.AddSingleton<DeclaredStore>();
        services.AddSingleton<DeviceRegistry>();
        services.AddSingleton<IKeyCatalog>(provider => provider.GetRequiredService<DeviceRegistry>());
        services.AddSingleton<IDemoSwitch, DemoSwitch>();
        services.TryAddSingleton<DeviceTypes>();
        services.AddSingleton<DeclaredDevices>();
        services.AddSingleton<IPart>(provider => provider.GetRequiredService<DeclaredDevices>());
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Add(DevicesJson.Default));
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Add(FieldErrorJson.Default));
        return services;
    }

    public static IEndpointRouteBuilder MapDevices(this IEndpointRouteBuilder routes)
    {
        var devices = routes.MapGroup("/api/devices").WithTags("devices");
        devices.MapGet("", (DeviceRegistry registry, bool? offline) =>
                TypedResults.Ok(registry.List(withOffline: offline is true).ToArray()))
            .WithSummary("Every device that is there, with properties, units and ranges; ?offline=true adds those that were there before.");
        devices.MapGet("{name}", Get)
            .WithSummary("One device, also when it is not there any more since the hub started.")
            .Produces<DeviceInfo>().ProducesProblem(StatusCodes.Status404NotFound);
        devices.MapFormsOfDevices();
        devices.MapPatch("{name}", PatchAsync)
            .WithSummary("Says something of a device in place of what its driver says; null takes it back. Answers when it is on disk.")
            .Accepts<DevicePatchDocument>("application/json")
            .Produces<DeviceInfo>().Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        devices.MapPost("", PostAsync)
            .WithSummary("Declares a device that nobody drives: its properties are what is set by whoever may.")
            .Accepts<DeclarationDocument>("application/json")
            .Produces<DeviceInfo>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        devices.MapDelete("{name}", DeleteAsync)
            .WithSummary("Removes a declared device, with its values and what was said of it.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status405MethodNotAllowed).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapDeviceTypes();
        return routes;
    }

    public static ProblemHttpResult NotFound(string name) => Problems.Of(
        StatusCodes.Status404NotFound,
        "No such device",
        $"there is no device '{KeySegment.ForDisplay(name)}'; 'gatehouse devices' lists what there is");

    private static IResult Get(string name, DeviceRegistry registry) =>
        registry.Find(name) is { } device ? TypedResults.Ok(device) : NotFound(name);

    private static async Task<IResult> PatchAsync(string name, DeviceRegistry registry, HttpContext http)
    {
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return Problems.TooLong();
        if (!DevicePatch.TryParse(body.Span, out var edits, out var error)) return Problems.BadFields(error);
        return await KeepAsync(async () => await registry.EditAsync(name, edits, http.RequestAborted) switch
        {
            null => NotFound(name),
            { Error: { } wrong } => Problems.BadFields(wrong),
            _ => registry.Find(name) is { } device ? TypedResults.Ok(device) : TypedResults.NoContent(),
        });
    }

    private static async Task<IResult> PostAsync(DeclaredDevices devices, HttpContext http)
    {
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return Problems.TooLong();
        return await KeepAsync(async () => await devices.DeclareAsync(body, http.RequestAborted) switch
        {
            { Errors: { Length: > 0 } errors } => Problems.BadFields(errors),
            { Device: { } device } => TypedResults.Created($"/api/devices/{Uri.EscapeDataString(device.Name)}", device),
            var taken => Problems.Of(
                StatusCodes.Status409Conflict, "Name taken",
                $"there is a device {taken.Name} already; choose another name, or remove it first"),
        });
    }

    private static async Task<IResult> DeleteAsync(string name, DeclaredDevices devices, DeviceRegistry registry, HttpContext http) =>
        await KeepAsync(async () =>
        {
            if (await devices.RemoveAsync(name, http.RequestAborted)) return TypedResults.NoContent();
            return registry.Find(name) is null ? NotFound(name) : Problems.Of(
                StatusCodes.Status405MethodNotAllowed, "Not declared",
                $"{name} belongs to a driver and cannot be removed; stop that driver, or disconnect the device");
        });

    private static async Task<IResult> KeepAsync(Func<Task<IResult>> keep)
    {
        try
        {
            return await keep();
        }
        catch (StorageException e)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "Not kept", e.Message);
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DeviceInfo[]))]
[JsonSerializable(typeof(DevicePatchDocument))]
[JsonSerializable(typeof(DeclarationDocument))]
[JsonSerializable(typeof(DeviceForm[]))]
internal sealed partial class DevicesJson : JsonSerializerContext;
