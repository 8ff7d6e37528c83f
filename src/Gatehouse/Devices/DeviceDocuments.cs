using System.ComponentModel;

namespace Gatehouse.Devices;

/// <summary>The body of a PATCH as the API's description shows it; <see cref="DevicePatch"/> reads the real ones.</summary>
internal sealed record DevicePatchDocument(
    [property: Description("Its name for people, 1 to 100 characters.")] string? Title = null,
    [property: Description("Where it is; empty for nowhere.")] string? Room = null,
    [property: Description("What sort of thing it is, a word in lower case.")] string? Kind = null,
    [property: Description("Whether the history records it.")] bool? Log = null,
    [property: Description("How long the history keeps every point of it, in seconds.")] double? Retention = null,
    [property: Description("Its properties by name.")] Dictionary<string, PropertyPatchDocument>? Properties = null);

/// <summary>A part of it.</summary>
internal sealed record PropertyPatchDocument(
    [property: Description("Its name for people, 1 to 100 characters.")] string? Title = null,
    [property: Description("Its unit as people write it; empty for none.")] string? Unit = null,
    [property: Description("Whether the history records it.")] bool? Log = null,
    [property: Description("How long the history keeps every point of it, in seconds.")] double? Retention = null,
    [property: Description("The least value that makes sense, in its unit.")] double? Minimum = null,
    [property: Description("The greatest value that makes sense, in its unit.")] double? Maximum = null);

/// <summary>The body of a POST as the API's description shows it: the members that every device has.</summary>
internal sealed record DeclarationDocument(
    [property: Description("What sort of device it is, such as sensor.temperature, switch or dimmer.")] string Oid,
    [property: Description("Its name; in the hub it is host.declared.name.")] string Name,
    [property: Description("Its name for people; its name, if left out.")] string? Title = null,
    [property: Description("Where it is.")] string? Room = null,
    [property: Description("What sort of thing it is, a word in lower case; the last word of its oid, if left out.")] string? Kind = null);
