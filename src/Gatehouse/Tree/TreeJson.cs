using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Tree;

/// <summary>An entry as the API's description shows it; <see cref="Gatehouse.Sdk.Values.EntryJson"/> writes the real ones.</summary>
internal sealed record EntryDocument(
    [property: Description("The key, with its first slash.")] string Key,
    [property: Description("Any JSON; NaN and infinities are null.")] JsonElement Value,
    [property: Description("When it was true at its source.")] DateTime Time,
    [property: Description("When the hub took it.")] DateTime Received,
    [property: Description("good, suspect, stale or bad.")] string Quality,
    [property: Description("Who set it.")] string Source,
    [property: Description("Its number in the hub's one sequence of changes.")] long Sequence);

/// <summary>The body of a PUT as the API's description shows it; <see cref="ValueWrite"/> reads the real ones.</summary>
internal sealed record ValueWriteDocument(
    [property: Description("Any JSON; at most 64 KiB.")] JsonElement Value,
    [property: Description("When it was true: ISO 8601; unix seconds are taken too. Now, if left out.")] DateTime? Time = null,
    [property: Description("good, suspect, stale or bad; good, if left out.")] string? Quality = null,
    [property: Description("Seconds after which the value removes itself.")] double? Ttl = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(EntryDocument[]))]
[JsonSerializable(typeof(ValueWriteDocument))]
internal sealed partial class TreeJson : JsonSerializerContext;
