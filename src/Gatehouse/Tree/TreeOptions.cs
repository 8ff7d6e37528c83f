using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Text.Json.Serialization;

namespace Gatehouse.Tree;

/// <summary>How much the tree holds.</summary>
[Description("The tree of present values.")]
internal sealed class TreeOptions : IValidatableObject
{
    public const string SectionName = "tree";

    private const int LeastRing = 1024;
    private const int MostRing = 16 * 1024 * 1024;

    [Description("How many changes are kept for readers that lag or resume; a power of two. Fewer when their values exceed 64 MiB in all.")]
    [Range(LeastRing, MostRing)]
    public int RingSize { get; set; } = 65536;

    [Description("How many keys there may be. A change of one key more is refused and counted.")]
    [Range(1, 100_000_000)]
    public int MaxKeys { get; set; } = 1_000_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BitOperations.IsPow2(RingSize)) yield break;
        var below = (int)BitOperations.RoundUpToPowerOf2((uint)RingSize) / 2;
        yield return new ValidationResult($"expected a power of two such as {below} or {below * 2}, found {RingSize}", [nameof(RingSize)]);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TreeOptions))]
internal sealed partial class TreeOptionsJson : JsonSerializerContext;
