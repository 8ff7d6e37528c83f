using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Gatehouse.Web;

/// <summary>Where the page and the HTTP interface are, and for whom.</summary>
[Description("The page and the HTTP interface.")]
internal sealed class WebOptions : IValidatableObject
{
    public const string SectionName = "web";

    /// <summary>The port taken when nobody says otherwise.</summary>
    public const int DefaultPort = 8080;

    [Description("Address and port to listen on. Null is `127.0.0.1:8080`, and the next free port if that is taken.")]
    public string? Listen { get; set; }

    [Description("Names that the hub is also reached by, beside its own. Requests for other hosts are refused.")]
    public IReadOnlyList<string> Names { get; set; } = [];

    [Description("Allows to listen beyond this machine although nobody has to sign in.")]
    public bool Insecure { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!ListenAddress.TryParse(Listen, out var address))
        {
            yield return new ValidationResult(
                $"expected an address and a port such as 127.0.0.1:8080, [::]:8080 or localhost:8080, found \"{Listen}\"",
                [nameof(Listen)]);
        }
        else if (!address.IsLoopback && !Insecure)
        {
            yield return new ValidationResult(
                $"{Listen} is open to the network, and nobody has to sign in there; set web.insecure to true if that is what you want",
                [nameof(Listen)]);
        }
        foreach (var name in Names.Where(name => Uri.CheckHostName(name) == UriHostNameType.Unknown))
        {
            yield return new ValidationResult($"expected names of hosts, without port, found \"{name}\"", [nameof(Names)]);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebOptions))]
internal sealed partial class WebOptionsJson : JsonSerializerContext;
