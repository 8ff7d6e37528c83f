using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Requests.Store;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Requests;

/// <summary>How durable requests are delivered, and how long they are kept.</summary>
[Description("Durable requests (Titanic): kept on disk until they are answered, and their answers until they are closed.")]
internal sealed class RequestOptions : IValidatableObject
{
    public const string SectionName = "requests";

    [Description("So often a request is delivered when its target fails or does not answer; then it has failed.")]
    [Range(1, 1_000_000)]
    public int Tries { get; set; } = 10;

    [Description("How long a target may take for one delivery.")]
    [DurationRange("1s", "1d")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMinutes(10);

    [Description("So many requests for one service are under way at once; the others wait for their turn.")]
    [Range(1, 1000)]
    public int PerTarget { get; set; } = 16;

    [Description("How long until a request that failed is tried again for the first time; each further time takes twice as long.")]
    [DurationRange("10ms", "1h")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    [Description("The longest pause between two tries.")]
    [DurationRange("10ms", "1d")]
    public TimeSpan RetryMaximum { get; set; } = TimeSpan.FromMinutes(5);

    [Description("How long a request is kept after it has ended, unless it is closed before.")]
    [DurationRange("1m", "3650d")]
    public TimeSpan KeepAnswers { get; set; } = TimeSpan.FromDays(7);

    [Description("How long a request waits for its answer before it expires.")]
    [DurationRange("1m", "3650d")]
    public TimeSpan KeepRequests { get; set; } = TimeSpan.FromDays(30);

    [Description("So many requests may be pending; more are refused until some have ended.")]
    [Range(1, 100_000_000)]
    public int MaxPending { get; set; } = 1_000_000;

    [Description("For so many different services requests may be pending; one for another service is refused.")]
    [Range(1, 1_000_000)]
    public int MaxTargets { get; set; } = 10_000;

    [Description("How many bytes a request may have, and an answer that is kept.")]
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxMessage { get; set; } = 16 * 1024 * 1024;

    [Description(
        "The hosts that the hub tells by HTTP that a request has ended, if whoever made the request asked for that: names such as "
        + "`hooks.lan`, or with a port `hooks.lan:8443`. Others are refused, for whoever may make requests could have the hub knock at "
        + "any door of its network.")]
    public IReadOnlyList<string> CallbackHosts { get; set; } = ["localhost", "127.0.0.1", "::1"];

    [Description("So often a callback is tried.")]
    [Range(1, 1000)]
    public int CallbackTries { get; set; } = 10;

    [Description("How long one try of a callback may take.")]
    [DurationRange("100ms", "10m")]
    public TimeSpan CallbackDeadline { get; set; } = TimeSpan.FromSeconds(10);

    [Description("So many requests may have a callback that has not been made yet; more are refused until some have.")]
    [Range(1, 1_000_000)]
    public int MaxCallbacks { get; set; } = 10_000;

    [Description("The values of `titanic.store`.")]
    public StoreOptions Store { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RetryMaximum < RetryDelay)
        {
            yield return new ValidationResult("expected a duration of at least requests.retryDelay", [nameof(RetryMaximum)]);
        }
        foreach (var name in CallbackHosts.Where(name => !Callbacks.CallbackHosts.IsEntry(name)))
        {
            yield return new ValidationResult($"expected {Callbacks.CallbackHosts.EntryRule}, found \"{name}\"", [nameof(CallbackHosts)]);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(DurationJson)])]
[JsonSerializable(typeof(RequestOptions))]
internal sealed partial class RequestOptionsJson : JsonSerializerContext;
