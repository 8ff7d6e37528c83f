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

    private const int LongestToken = 1024;
    private const string TokenRule = "16 to 1024 characters without blanks";

    [Description("Address and port to listen on. Null is `127.0.0.1:8080`, and the next free port if that is taken.")]
    public string? Listen { get; set; }

    [Description("Names that the hub is also reached by, beside its own. Requests for other hosts are refused.")]
    public IReadOnlyList<string> Names { get; set; } = [];

    [Description("Whoever asks from this machine does not have to sign in. From elsewhere one has to all the same.")]
    public bool Open { get; set; }

    [Description("A token for scripts on this machine: they send it as `Authorization: Bearer`. From elsewhere it is not taken.")]
    [StringLength(LongestToken, MinimumLength = 16, ErrorMessage = TokenRule)]
    [RegularExpression("[!-~]*", ErrorMessage = TokenRule)]
    public string? Token { get; set; }

    [Description("Nobody has to sign in, from the network either: whoever reaches the hub may read and set everything.")]
    public bool Insecure { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!ListenAddress.TryParse(Listen, out _))
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
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebOptions))]
internal sealed partial class WebOptionsJson : JsonSerializerContext;
