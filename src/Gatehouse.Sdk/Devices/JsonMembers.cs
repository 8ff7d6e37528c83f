using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>One member of an object, and the bytes of the text in which its value stands.</summary>
internal readonly record struct JsonMember(string Name, Value Value, int Start, int End);

/// <summary>One JSON object taken apart into its members, its text kept as it came: what <see cref="DeviceConfig"/> stands on.</summary>
internal sealed class JsonMembers
{
    private readonly List<JsonMember> _members;

    private JsonMembers(byte[] utf8, List<JsonMember> members)
    {
        Utf8 = utf8;
        _members = members;
    }

    /// <summary>The whole text; nobody changes it.</summary>
    public byte[] Utf8 { get; }

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<JsonMember> All => _members;

    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out JsonMembers? members, [NotNullWhen(false)] out DeviceProblem? problem)
    {
        members = null;
        if (utf8.Length > Value.MaxSize)
        {
            problem = new(DeviceRule.Size, "", 1, 1, $"the text has {utf8.Length} bytes; at most {Value.MaxSize} are taken");
            return false;
        }
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
        {
            problem = At(utf8, ValidLength(utf8), DeviceRule.Utf8, "", "the text is not valid UTF-8");
            return false;
        }
        try
        {
            var found = new List<JsonMember>();
            problem = Read(utf8, found);
            if (problem is null) members = new(utf8.ToArray(), found);
        }
        catch (JsonException e)
        {
            problem = At(utf8, Offset(utf8, e), DeviceRule.Json, "", Reason(e));
        }
        return problem is null;
    }

    public JsonMember? Find(string name)
    {
        foreach (var member in _members)
        {
            if (member.Name == name) return member;
        }
        return null;
    }

    /// <summary>A problem where the member stands; where the object begins, when it is not there.</summary>
    public DeviceProblem At(DeviceRule rule, string field, string message) =>
        At(Utf8, Find(field) is { } member ? member.Start : Utf8.AsSpan().IndexOf((byte)'{'), rule, field, message);

    private static DeviceProblem? Read(ReadOnlySpan<byte> utf8, List<JsonMember> members)
    {
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return At(utf8, (int)reader.TokenStartIndex, DeviceRule.Object, "", "an object belongs here: {…}");
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var place = (int)reader.TokenStartIndex;
            if (Text(ref reader) is not { } name) return At(utf8, place, DeviceRule.Unicode, "", "a name is not valid Unicode");
            if (!names.Add(name)) return At(utf8, place, DeviceRule.Once, name, "it stands here a second time");
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            if (!Value.TryParse(utf8[start..end], out var value))
            {
                return At(utf8, start, DeviceRule.Unicode, name, "the text is not valid Unicode");
            }
            members.Add(new(name, value, start, end));
        }
        reader.Read();
        return null;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // an escaped lone surrogate
        }
    }

    private static DeviceProblem At(ReadOnlySpan<byte> utf8, int offset, DeviceRule rule, string field, string message)
    {
        var before = utf8[..offset];
        var line = before[(before.LastIndexOf((byte)'\n') + 1)..];
        return new(rule, field, before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(line) + 1, message);
    }

    private static int Offset(ReadOnlySpan<byte> utf8, JsonException error)
    {
        var start = 0;
        for (var line = error.LineNumber ?? 0; line > 0; line--) start += utf8[start..].IndexOf((byte)'\n') + 1;
        return (int)Math.Min(start + (error.BytePositionInLine ?? 0), utf8.Length);
    }

    // The reader's message ends with the place, which the problem has in its own fields.
    private static string Reason(JsonException error) =>
        $"this is not JSON: {KeySegment.ForDisplay(error.Message.Split(" LineNumber:")[0].TrimEnd('.'))}";

    private static int ValidLength(ReadOnlySpan<byte> utf8)
    {
        System.Text.Unicode.Utf8.ToUtf16(utf8, new char[utf8.Length], out var read, out _, replaceInvalidSequences: false);
        return read;
    }
}
