using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;

namespace Gatehouse.Web;

/// <summary>Where the page and the HTTP interface are, and for whom.</summary>
[Description("The page and the HTTP interface.")]
internal sealed class WebOptions : IValidatableObject
{
    public const string SectionName = "web";

    private const string LocalName = "localhost:";

    [Description("Address and port to listen on. Null is `127.0.0.1:8080`, and the next free port if that is taken.")]
    public string? Listen { get; set; }

    [Description("Names that the hub is also reached by, beside its own. Requests for other hosts are refused.")]
    public IReadOnlyList<string> Names { get; set; } = [];

    [Description("Allows to listen beyond this machine although nobody has to sign in.")]
    public bool Insecure { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Listen is not null && !IsEndpoint(Listen))
        {
            yield return new ValidationResult(
                $"expected an address and a port such as 127.0.0.1:8080, [::]:8080 or localhost:8080, found \"{Listen}\"",
                [nameof(Listen)]);
        }
        foreach (var name in Names.Where(name => Uri.CheckHostName(name) == UriHostNameType.Unknown))
        {
            yield return new ValidationResult($"expected names of hosts, without port, found \"{name}\"", [nameof(Names)]);
        }
    }

    // An address alone would parse too, with port 0. That means any free port here, and must be asked for.
    private static bool IsEndpoint(string text)
    {
        if (text.StartsWith(LocalName, StringComparison.Ordinal))
        {
            return ushort.TryParse(text.AsSpan(LocalName.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        }
        return IPEndPoint.TryParse(text, out var endpoint)
            && text.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{endpoint.Port}"), StringComparison.Ordinal)
            && (text[0] == '[' || endpoint.AddressFamily == AddressFamily.InterNetwork);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebOptions))]
internal sealed partial class WebOptionsJson : JsonSerializerContext;
