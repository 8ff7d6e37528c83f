using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>Where ZeroMQ programs reach the hub, and what the broker allows them.</summary>
[Description("The Majordomo broker: ZeroMQ programs call and serve the hub's services.")]
internal sealed class MajordomoOptions : IValidatableObject
{
    public const string SectionName = "majordomo";

    /// <summary>Where the broker listens when nobody says otherwise.</summary>
    public const string DefaultListen = "tcp://127.0.0.1:5514";

    private const string ListenRule =
        "addresses such as \"tcp://127.0.0.1:5514\" or \"ipc:///run/gatehouse/mdp\", with commas between them";

    [Description("Whether the broker runs.")]
    public bool Enabled { get; set; } = true;

    [Description(
        "Where it listens; several addresses are joined by commas. Null is `tcp://127.0.0.1:5514`, and if that is taken the hub runs "
        + "without until it is free. The protocol has no passwords: whoever reaches an address may call everything.")]
    [StringLength(4096, MinimumLength = 1, ErrorMessage = ListenRule)]
    public string? Listen { get; set; }

    [Description("How often the broker tells a worker that it is there.")]
    [DurationRange("100ms", "1m")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(2.5);

    [Description("After so many heartbeats without a word an idle worker counts as gone.")]
    [Range(2, 100)]
    public int Liveness { get; set; } = 7;

    [Description("How long a request waits for a worker before its client gets an error.")]
    [DurationRange("100ms", "1d")]
    public TimeSpan RequestExpiry { get; set; } = TimeSpan.FromSeconds(10);

    [Description("How long a worker may take for the request of a ZeroMQ client. Other callers of the hub bring their own deadline.")]
    [DurationRange("1s", "1d")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMinutes(10);

    [Description(
        "So many requests of one client may wait; more are refused at once. So are those for a service for which so many wait, but for "
        + "a client's first one there.")]
    [Range(1, 1_000_000)]
    public int QueueLimit { get; set; } = 10_000;

    [Description(
        "How many bytes all requests together may hold that wait or that workers have; one client may hold a quarter of it, or one "
        + "request. More are refused at once; but a request of up to 64 KiB of a client that has no other is always let in.")]
    [Range(1 << 20, (double)(1L << 31))]
    public long HoldLimit { get; set; } = 256L << 20;

    [Description("A request whose worker dies is given to so many workers in turn, at most.")]
    [Range(1, 100)]
    public int Tries { get; set; } = 3;

    [Description(
        "Services for which a request is never given to a second worker, because doing it twice would do harm; a name with a dot at its "
        + "end stands for all that start with it.")]
    public IReadOnlyList<string> Once { get; set; } = [];

    [Description("How many bytes a message may have.")]
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxMessage { get; set; } = 64 * 1024 * 1024;

    [Description("So many bytes may wait for a program that does not read; messages beyond them are dropped and counted.")]
    [Range(65_536, 1024 * 1024 * 1024)]
    public int SendLimit { get; set; } = 16 * 1024 * 1024;

    [Description("How many programs may be connected at once.")]
    [Range(1, 1_000_000)]
    public int MaxPeers { get; set; } = 10_000;

    /// <summary>Where to listen; null for the default.</summary>
    public IReadOnlyList<string>? Addresses() => Listen?.Split(',', StringSplitOptions.TrimEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var address in Addresses() ?? [])
        {
            if (ZmtpAddress.TryParse(address, out _, out var reason)) continue;
            yield return new ValidationResult($"expected {ListenRule}, found \"{address}\": {reason}", [nameof(Listen)]);
        }
        foreach (var name in Once.Where(name => !ServiceName.TryParse(name, out _)))
        {
            yield return new ValidationResult($"expected names of services, found \"{name}\"", [nameof(Once)]);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(DurationJson)])]
[JsonSerializable(typeof(MajordomoOptions))]
internal sealed partial class MajordomoOptionsJson : JsonSerializerContext;
