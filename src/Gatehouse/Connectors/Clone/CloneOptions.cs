using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Connectors.Clone;

/// <summary>Where ZeroMQ programs follow and feed the tree.</summary>
[Description("The clone server: ZeroMQ programs follow and feed the values.")]
internal sealed class CloneOptions : IValidatableObject
{
    public const string SectionName = "clone";

    public const int DefaultPort = 5515;

    private const string ListenRule = "addresses without a port such as \"tcp://127.0.0.1\" or \"tcp://*\", with commas between them";

    [Description("Whether the server runs.")]
    public bool Enabled { get; set; } = true;

    [Description(
        "Where it listens, without the port; several addresses are joined by commas. Null is `tcp://127.0.0.1`. The protocol has no "
        + "passwords: whoever reaches an address may read and set every value.")]
    [StringLength(4096, MinimumLength = 1, ErrorMessage = ListenRule)]
    public string? Listen { get; set; }

    [Description(
        "The first of three ports for RasPy's form: snapshots, updates, and what programs publish. With address and port as they are by "
        + "default the hub runs without, if one of them is taken, until it is free. 0: the system chooses.")]
    [Range(0, 65_533)]
    public int Port { get; set; } = DefaultPort;

    [Description("How many bytes a sequence number has on those ports: 4, as RasPy's programs want it, or 8. Both are read.")]
    public int Width { get; set; } = Kv.ShortWidth;

    [Description("The ports for the form of RFC 12, with uuid and properties.")]
    public CloneChpOptions Chp { get; set; } = new();

    [Description("Keys that begin so are not shown to ZeroMQ programs. What the server says of itself never is.")]
    public IReadOnlyList<string> Hide { get; set; } = ["/hub/"];

    [Description("How many bytes a message of a program may have.")]
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxMessage { get; set; } = 1024 * 1024;

    [Description(
        "So many bytes may wait for a program that is slow to read; from then on it gets the newest of each key only, as soon as it "
        + "reads again, and misses events.")]
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int SendLimit { get; set; } = 4 * 1024 * 1024;

    [Description("How many programs may be connected to one port at once.")]
    [Range(1, 1_000_000)]
    public int MaxPeers { get; set; } = 1000;

    /// <summary>Where to listen, without ports.</summary>
    public IReadOnlyList<string> Hosts() => (Listen ?? "tcp://127.0.0.1").Split(',', StringSplitOptions.TrimEntries);

    /// <summary>What is not shown.</summary>
    public KeyFilter HiddenKeys() => new([.. Hide, CloneValues.Branch + "/"]);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var host in Hosts())
        {
            if (host.StartsWith("tcp://", StringComparison.Ordinal) && ZmtpAddress.TryParse($"{host}:1", out _, out _)) continue;
            yield return new ValidationResult($"expected {ListenRule}, found \"{host}\"", [nameof(Listen)]);
        }
        if (Width is not (Kv.ShortWidth or Kv.LongWidth)) yield return new ValidationResult($"expected 4 or 8, found {Width}", [nameof(Width)]);
        foreach (var prefix in Hide.Where(prefix => prefix.Length < 2 || prefix[0] != '/'))
        {
            yield return new ValidationResult($"expected beginnings of keys such as \"/hub/\", found \"{prefix}\"", [nameof(Hide)]);
        }
        if (Chp.Enabled && Port > 0 && Math.Abs(Port - Chp.Port) < 3)
        {
            yield return new ValidationResult($"the three ports from {Port} and those of chp from {Chp.Port} overlap", [nameof(Port)]);
        }
    }
}

/// <summary>The ports for the form of RFC 12.</summary>
internal sealed class CloneChpOptions
{
    public const int DefaultPort = 5556;

    [Description("Whether the server listens there.")]
    public bool Enabled { get; set; } = true;

    [Description("The first of three ports, as the guide's programs expect it. 0: the system chooses.")]
    [Range(0, 65_533)]
    public int Port { get; set; } = DefaultPort;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(DurationJson)])]
[JsonSerializable(typeof(CloneOptions))]
internal sealed partial class CloneOptionsJson : JsonSerializerContext;
