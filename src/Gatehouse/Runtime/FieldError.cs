using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Runtime;

/// <summary>What is wrong with one member of a body.</summary>
/// <param name="Field">The member, from the top: <c>properties.level.unit</c>; empty when it is the body as a whole.</param>
/// <param name="Rule">The rule that it breaks, in a word.</param>
/// <param name="Message">What is wrong and what is right, in words.</param>
internal sealed record FieldError(string Field, string Rule, string Message)
{
    public override string ToString() => Field.Length == 0 ? Message : $"{Field}: {Message}";
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FieldError[]))]
internal sealed partial class FieldErrorJson : JsonSerializerContext;
