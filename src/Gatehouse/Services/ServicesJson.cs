using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Services;

/// <summary>A service as lists show it.</summary>
internal sealed record ServiceDocument(
    string Name,
    [property: Description("The part, or who connected to it, that answers.")] string Owner,
    string Summary,
    [property: Description("It answers from memory, at once.")] bool Inline,
    [property: Description("Calling twice does no more than calling once.")] bool Idempotent,
    [property: Description("The name stands for all that start with it.")] bool Family,
    [property: Description("The frames it takes, in words or as an example.")] string? Parameters,
    [property: Description("The frames it returns, likewise.")] string? Returns,
    [property: Description("Calls that ended since the hub started.")] long Calls,
    [property: Description("Those of them that ended with an error.")] long Failures,
    [property: Description("Seconds that calls took, on the average, without those that were answered at once.")] double? Time,
    [property: Description("The workers that answer it, for a service that has some.")] int? Workers,
    [property: Description("Those of them that wait for a request.")] int? Idle,
    [property: Description("Requests that wait for a worker.")] int? Queued,
    [property: Description("Requests in a second, over the last few seconds, by whatever way they came.")] double? Rate)
{
    public static ServiceDocument Of(Offer offer)
    {
        var load = offer.Owner.Load(offer.Name.Text);
        return new(
            offer.Name.Text, offer.Owner.Name, offer.Info.Summary,
            offer.Info.Inline, offer.Info.Idempotent, offer.Name.IsPrefix, offer.Info.Parameters, offer.Info.Returns,
            offer.Tally.Calls, offer.Tally.Failures, offer.Tally.MeanTime?.TotalSeconds,
            load?.Workers, load?.Idle, load?.Queued, load?.Rate);
    }
}

/// <summary>The answer to a call.</summary>
internal sealed record ReplyDocument(JsonElement[] Frames);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServiceDocument[]))]
[JsonSerializable(typeof(ReplyDocument))]
internal sealed partial class ServicesJson : JsonSerializerContext;
