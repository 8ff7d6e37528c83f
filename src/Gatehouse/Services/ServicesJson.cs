using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Services;

/// <summary>A service as lists show it. A name with a dot at its end stands for all names that start with it.</summary>
internal sealed record ServiceDocument(
    string Name, string Owner, string Summary, bool Inline, bool Idempotent, string? Parameters, string? Returns)
{
    public static ServiceDocument Of(Offer offer) =>
        new(
            offer.Name.Text, offer.Owner.Name, offer.Info.Summary,
            offer.Info.Inline, offer.Info.Idempotent, offer.Info.Parameters, offer.Info.Returns);
}

/// <summary>The answer to a call.</summary>
internal sealed record ReplyDocument(JsonElement[] Frames);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServiceDocument[]))]
[JsonSerializable(typeof(ReplyDocument))]
internal sealed partial class ServicesJson : JsonSerializerContext;
