using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>
/// The JSON form of commands: RasPy's six members always, ours when they say something, then what nobody here knows.
/// </summary>
internal static class CommandJson
{
    private static readonly MemberRule[] Rules =
    [
        new() { Name = "info", Type = DeviceValueType.Str },
        new() { Name = "readonly", Type = DeviceValueType.Bool },
        new() { Name = "writeonly", Type = DeviceValueType.Bool },
        new() { Name = "datasource", Type = DeviceValueType.Str, Choices = [.. Enum.GetValues<DataSource>().Select(ToText)] },
        new() { Name = "valuetype", Type = DeviceValueType.Str, Choices = Enum.GetNames<DeviceValueType>() },
        new() { Name = "minimum", Type = DeviceValueType.Real },
        new() { Name = "maximum", Type = DeviceValueType.Real },
        new() { Name = "unit", Type = DeviceValueType.Str },
        new() { Name = "title", Type = DeviceValueType.Str },
    ];

    private static readonly HashSet<string> Known = [.. Rules.Select(rule => rule.Name), "value", "choices"];

    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Command? command, out IReadOnlyList<DeviceProblem> problems)
    {
        command = null;
        if (!DeviceConfig.TryParse(utf8, out var json, out var problem))
        {
            problems = [problem];
            return false;
        }
        var choices = Choices(json, out var broken);
        List<DeviceProblem?> found = [.. Rules.Select(rule => rule.Check(json.Parts)), broken, BrokenAccess(json)];
        problems = [.. found.OfType<DeviceProblem>()];
        if (problems.Count == 0) command = Build(json, choices);
        return command is not null;
    }

    public static void Write(Command command, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("info"u8, command.Info);
        writer.WriteBoolean("readonly"u8, command.ReadOnly);
        writer.WriteBoolean("writeonly"u8, command.WriteOnly);
        if (command.DataSource is { } source) writer.WriteString("datasource"u8, ToText(source));
        else writer.WriteNull("datasource"u8);
        writer.WriteString("valuetype"u8, command.ValueType.ToString());
        writer.WritePropertyName("value"u8);
        command.Value.WriteJson(writer);
        WriteKnown(writer, command.Minimum, command.Maximum, command.Unit, command.Title, command.Choices);
        foreach (var (name, value) in command.Extra)
        {
            writer.WritePropertyName(name);
            value.WriteJson(writer);
        }
        writer.WriteEndObject();
    }

    /// <summary>The members that rules and commands have in common, those that say something.</summary>
    public static void WriteKnown(
        Utf8JsonWriter writer, double? minimum, double? maximum, string? unit, string? title, IReadOnlyList<string>? choices)
    {
        if (minimum is { } least) writer.WriteNumber("minimum"u8, least);
        if (maximum is { } greatest) writer.WriteNumber("maximum"u8, greatest);
        if (unit is not null) writer.WriteString("unit"u8, unit);
        if (title is not null) writer.WriteString("title"u8, title);
        if (choices is null) return;
        writer.WriteStartArray("choices"u8);
        foreach (var choice in choices) writer.WriteStringValue(choice);
        writer.WriteEndArray();
    }

    private static Command Build(DeviceConfig json, IReadOnlyList<string>? choices) => new()
    {
        Info = json.Text("info") ?? Command.DefaultInfo,
        Access = Is(json, "readonly") ? PropertyAccess.Read : Is(json, "writeonly") ? PropertyAccess.Write : PropertyAccess.ReadWrite,
        DataSource = json.Text("datasource") is { } source ? Enum.Parse<DataSource>(source, ignoreCase: true) : null,
        ValueType = json.Text("valuetype") is { } type ? Enum.Parse<DeviceValueType>(type) : DeviceValueType.List,
        Value = json.TryGet("value", out var value) ? value : Value.Null,
        Minimum = json.Number("minimum"),
        Maximum = json.Number("maximum"),
        Unit = json.Text("unit"),
        Title = json.Text("title"),
        Choices = choices,
        Extra = new OrderedDictionary<string, Value>(
            from member in json.Parts.All where !Known.Contains(member.Name) select KeyValuePair.Create(member.Name, member.Value)),
    };

    private static DeviceProblem? BrokenAccess(DeviceConfig json) => Is(json, "readonly") && Is(json, "writeonly")
        ? json.Parts.At(DeviceRule.Access, "writeonly", "what is read-only cannot be write-only too")
        : null;

    private static string[]? Choices(DeviceConfig json, out DeviceProblem? problem)
    {
        problem = null;
        if (!json.TryGet("choices", out var value) || value.Kind == ValueKind.Null) return null;
        if (value.Kind == ValueKind.Json && !ValueCheck.IsObject(value))
        {
            using var document = JsonDocument.Parse(value.Payload);
            var texts = document.RootElement.EnumerateArray().Select(Text).ToArray();
            if (texts.All(text => text is not null)) return texts!;
        }
        problem = json.Parts.At(DeviceRule.Type, "choices", $"{ValueCheck.Show(value)} is not an array of texts");
        return null;
    }

    private static string? Text(JsonElement element) =>
        Value.TryParse(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element), out var value) && value.TryGetText(out var text)
            ? text
            : null;

    private static bool Is(DeviceConfig json, string member) => json.TryGet(member, out var value) && value == true;

    private static string ToText(DataSource source) => source.ToString().ToUpperInvariant();
}
