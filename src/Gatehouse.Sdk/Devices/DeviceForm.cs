using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>The form of a device, for a page to draw: a field for each thing that can be read or set.</summary>
public sealed record DeviceForm
{
    /// <summary>Which sort of device it is; null when nobody said.</summary>
    public string? Oid { get; init; }

    /// <summary>The device's name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Its fields.</summary>
    public required IReadOnlyList<FormField> Fields { get; init; }

    /// <summary>The form of a device, with its present values and with the commands that every device has.</summary>
    public static DeviceForm Of(Device device) => new()
    {
        Oid = device.Oid,
        Title = device.Config.Text("title") ?? device.Name,
        Fields = [.. device.Commands.Select(command => FieldOf(device, command.Key, command.Value))],
    };

    /// <summary>The form of a device that a hub knows.</summary>
    /// <param name="device">What is known of it.</param>
    /// <param name="valueOf">The present value of a property; null leaves all values to whoever draws the form.</param>
    public static DeviceForm Of(DeviceInfo device, Func<string, Value>? valueOf = null) => new()
    {
        Oid = device.Oid,
        Title = device.Title,
        Fields = [.. device.Properties.Select(p => FormField.Of(p.Key, p.Value, valueOf?.Invoke(p.Key) ?? Value.Null))],
    };

    /// <summary>The form in which a device of a type is described: a field for each member that the template has a rule for.</summary>
    public static DeviceForm Of(DeviceTemplate template) => new()
    {
        Oid = template.Oid,
        Title = template.Oid,
        Fields = [.. template.Config.Select(rule => FormField.Of(rule))],
    };

    /// <summary>Reads what <see cref="WriteJson"/> writes.</summary>
    /// <exception cref="JsonException">It is no form.</exception>
    public static DeviceForm Parse(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, FormJson.Default.DeviceForm) ?? throw new JsonException("Null is no form.");

    /// <summary>Writes it as the next value of <paramref name="writer"/>; what says nothing is left out.</summary>
    public void WriteJson(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, this, FormJson.Default.DeviceForm);

    private static FormField FieldOf(Device device, string name, Command command)
    {
        if (name != BuiltInCommands.Config) return FormField.Of(name, command.Describe(name), command.Value);
        var field = FormField.Of(name, command.Describe(name), command.Value, device.Template.Config);
        // Of all its members, the command sets the name alone.
        return field with { Fields = [.. field.Fields!.Select(inner => inner.Name == "name" ? inner : Fixed(inner))] };
    }

    private static FormField Fixed(FormField field) =>
        new() { Name = field.Name, Label = field.Label, Control = FormControl.Reading, Value = field.Value, Unit = field.Unit };
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(DeviceForm))]
[JsonSerializable(typeof(DeviceForm[]))]
internal sealed partial class FormJson : JsonSerializerContext;
