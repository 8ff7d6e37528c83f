using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>The numbers in an object: each is a series of its own, <c>key#member</c>, so that it can be charted.</summary>
internal static class NumericMembers
{
    /// <summary>So many members of an object become series; the others are recorded in the object alone.</summary>
    public const int Most = 16;

    /// <summary>Longer names are no names of series.</summary>
    public const int MostNameBytes = 64;

    /// <summary>The name of a member's series.</summary>
    public static string SeriesName(string key, string member) => $"{key}#{member}";

    /// <summary>The numbers at the top of an object by their names, in the order in which they stand. Empty for all else.</summary>
    public static IEnumerable<(string Name, Value Number)> Of(Value value)
    {
        if (value.Kind != ValueKind.Json) return [];
        var members = new List<(string, Value)>();
        var reader = new Utf8JsonReader(value.Payload.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return [];
        while (members.Count < Most && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan.Length <= MostNameBytes && TryGetName(reader) is { } text ? text : null;
            reader.Read();
            if (name is not null && reader.TokenType == JsonTokenType.Number && Value.TryParse(reader.ValueSpan, out var number))
            {
                members.Add((name, number));
            }
            reader.Skip();
        }
        return members;
    }

    private static string? TryGetName(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is { Length: > 0 } name && !name.AsSpan().ContainsAnyInRange('\0', '\x1F') ? name : null;
        }
        catch (InvalidOperationException)
        {
            return null; // an escaped lone surrogate, which no text can carry
        }
    }
}
