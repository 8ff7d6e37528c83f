using Gatehouse.Runtime;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;
using Gatehouse.Tree;

namespace Gatehouse.Devices;

/// <summary>What a page needs to draw forms: of a device that is there, and of one that is to be declared.</summary>
internal static class FormEndpoints
{
    /// <summary><c>/api/devices/{name}/form</c> and <c>/api/devices/{name}/declaration</c>.</summary>
    public static void MapFormsOfDevices(this RouteGroupBuilder devices)
    {
        devices.MapGet("{name}/form", Form)
            .WithSummary("The form of a device: a field for each property, with control, step, bounds, choices and the present value.")
            .Produces<DeviceForm>().ProducesProblem(StatusCodes.Status404NotFound);
        devices.MapGet("{name}/declaration", Declaration)
            .WithSummary("The JSON by which a device was declared, as it was sent: posted again, it declares the device again.")
            .Produces<DeclarationDocument>().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary><c>/api/device-types</c>.</summary>
    public static void MapDeviceTypes(this IEndpointRouteBuilder routes) => routes.MapGet("/api/device-types", Types)
        .WithTags("devices")
        .WithSummary("What sorts of device can be declared: for each oid the form of the JSON that declares one.")
        .Produces<DeviceForm[]>();

    private static IResult Form(string name, DeviceRegistry registry, ValueTree tree, HttpContext http)
    {
        if (registry.Find(name) is not { } device) return DevicesEndpoints.NotFound(name);
        var branch = DeviceRegistry.KeyOf(device.Name, "");
        // One snapshot, so that the fields belong together and nobody is shown what he may not read.
        var values = tree.Snapshot(new KeyFilter(branch), HttpOrigin.Of(http)).Entries
            .ToDictionary(entry => entry.Key.Text[branch.Length..], entry => entry.Value, StringComparer.Ordinal);
        return JsonBody.Write(DeviceForm.Of(device, property => values.GetValueOrDefault(property)).WriteJson);
    }

    private static IResult Declaration(string name, DeclaredStore store, DeviceRegistry registry)
    {
        try
        {
            if (store.Find(name) is { } json) return TypedResults.Text(json, "application/json");
        }
        catch (StorageException e)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "Not read", e.Message);
        }
        return registry.Find(name) is null ? DevicesEndpoints.NotFound(name) : Problems.Of(
            StatusCodes.Status404NotFound, "Not declared", $"{KeySegment.ForDisplay(name)} belongs to a driver, nobody declared it");
    }

    private static IResult Types(DeviceTypes types) => JsonBody.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var template in types.Templates) DeviceForm.Of(template).WriteJson(writer);
        writer.WriteEndArray();
    });
}
