using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Gatehouse.Runtime;

/// <summary>What the hub is, whatever it does.</summary>
[Description("The hub itself.")]
internal sealed class HubOptions
{
    public const string SectionName = "hub";

    private const string NameRule = "1 to 63 letters, digits, '-' or '_'";

    [Description("The hub's name: the host part of its device keys, `/device/<host>.<service>.<device>`, and of its service names.")]
    [StringLength(63, MinimumLength = 1, ErrorMessage = NameRule)]
    [RegularExpression("[A-Za-z0-9_-]*", ErrorMessage = NameRule)]
    public string Name { get; set; } = "localhost";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HubOptions))]
internal sealed partial class HubOptionsJson : JsonSerializerContext;
