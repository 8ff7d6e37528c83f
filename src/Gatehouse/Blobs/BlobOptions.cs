using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Gatehouse.Blobs;

/// <summary>How much room blobs get.</summary>
[Description("Blobs: images and other things too large for a value.")]
internal sealed class BlobOptions : IValidatableObject
{
    public const string SectionName = "blobs";

    [Description("How many bytes one blob may have.")]
    [Range(1, 1e9)]
    public long Largest { get; set; } = 16 * 1024 * 1024;

    [Description("How many bytes all blobs may take; beyond them those go first that were used longest ago and that no value names.")]
    [Range(1, 1e15)]
    public long MaxSize { get; set; } = 1_000_000_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Largest > MaxSize)
        {
            yield return new ValidationResult(
                $"one blob may have {Largest} bytes, and all together {MaxSize}: there must be room for one", [nameof(Largest)]);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BlobOptions))]
internal sealed partial class BlobOptionsJson : JsonSerializerContext;
