using System.Globalization;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>Type, range and choices: the rules that the members of a device and the values of a command have in common.</summary>
internal static class ValueCheck
{
    /// <summary>The first rule that the value breaks, and how; null when it is right.</summary>
    public static (DeviceRule Rule, string Message)? Broken(
        Value value, DeviceValueType type, double? minimum, double? maximum, IReadOnlyList<string>? choices)
    {
        if (!IsOf(type, value)) return (DeviceRule.Type, $"{Show(value)} is not {DeviceValueTypes.Explain(type)}");
        if (type == DeviceValueType.Byte) (minimum, maximum) = (Math.Max(minimum ?? 0, 0), Math.Min(maximum ?? 255, 255));
        if (value.TryGetNumber(out var number) && (number < minimum || number > maximum))
        {
            return (DeviceRule.Range, $"{Show(value)} is not {Range(minimum, maximum)}");
        }
        return choices is not null && value.TryGetText(out var text) && !choices.Contains(text)
            ? (DeviceRule.Choice, $"{Show(value)} is not one of {string.Join(", ", choices)}")
            : null;
    }

    /// <summary>A value in a message: short, without control characters, texts in quotes.</summary>
    public static string Show(Value value) =>
        value.Kind == ValueKind.Text ? $"'{KeySegment.ForDisplay(value.ToString())}'" : KeySegment.ForDisplay(value.ToString());

    /// <summary>True for a JSON object, which white space may precede.</summary>
    public static bool IsObject(Value value) => value.Kind == ValueKind.Json && value.Payload.Span.TrimStart(" \t\r\n"u8)[0] == (byte)'{';

    private static bool IsOf(DeviceValueType type, Value value) => type switch
    {
        DeviceValueType.Bool => value.Kind == ValueKind.Boolean,
        DeviceValueType.Byte or DeviceValueType.Int => value.Kind == ValueKind.Integer,
        DeviceValueType.Real => value.Kind is ValueKind.Integer or ValueKind.Real && value.IsFinite,
        DeviceValueType.Sch => value.Kind is ValueKind.Text or ValueKind.Json,
        DeviceValueType.Dict => IsObject(value),
        _ => value.Kind == ValueKind.Text,
    };

    private static string Range(double? minimum, double? maximum) => (minimum, maximum) switch
    {
        ({ } from, { } to) => string.Create(CultureInfo.InvariantCulture, $"from {from} to {to}"),
        ({ } from, _) => string.Create(CultureInfo.InvariantCulture, $"{from} or more"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{maximum} or less"),
    };
}
