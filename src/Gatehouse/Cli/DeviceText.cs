using System.Globalization;
using System.Text;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Cli;

/// <summary>One device as people read it: what is known of it, then its properties with their present values.</summary>
internal static class DeviceText
{
    private const int Flexible = 2;

    private static readonly string[] Headings = ["PROPERTY", "TITLE", "VALUE", "UNIT", "QUALITY", "AGE", "TYPE", "RANGE", "KEPT"];

    public static string Show(DeviceInfo device, Func<string, Entry?> find, CommandConsole console)
    {
        var now = console.Time.GetUtcNow().UtcDateTime;
        var text = new StringBuilder();
        Line(text, "name", device.Name);
        Line(text, "title", device.Title);
        Line(text, "room", device.Room);
        Line(text, "kind", device.Kind);
        Line(text, "oid", device.Oid);
        Line(text, "demo", device.Demo ? "it is made up" : null);
        Line(text, "log", Flag(device.Log));
        Line(text, "retention", Span(device.Retention));
        text.Append('\n');
        var rows = device.Properties.Select(p => Row(p.Key, p.Value, find(p.Key), now)).ToList();
        return text.Append(Table.Render(Headings, rows, Flexible, console.Width)).ToString();
    }

    private static string[] Row(string name, PropertyInfo property, Entry? entry, DateTime now) =>
    [
        TerminalText.Escape(name), TerminalText.Escape(property.Title),
        entry is null ? "" : EntryText.Show(entry.Value), TerminalText.Escape(property.Unit ?? ""),
        entry?.Quality.ToText() ?? "no value", entry is null ? "" : EntryText.Age(now - entry.Time),
        TerminalText.Escape(property.Type), Range(property),
        string.Join(' ', new[] { Flag(property.Log), Span(property.Retention) }.OfType<string>()),
    ];

    private static void Line(StringBuilder text, string name, string? value)
    {
        if (value is not null) text.Append(CultureInfo.InvariantCulture, $"{name,-11}{TerminalText.Escape(value)}\n");
    }

    private static string? Flag(bool? flag) => flag switch { null => null, true => "on", false => "off" };

    private static string? Span(double? seconds) =>
        seconds is { } span ? Duration.ToText(TimeSpan.FromSeconds(Math.Clamp(span, 0, TimeSpan.MaxValue.TotalSeconds / 2))) : null;

    private static string Range(PropertyInfo property) => property switch
    {
        { Choices: { } choices } => TerminalText.Escape(string.Join('|', choices)),
        { Minimum: { } least, Maximum: { } most } => string.Create(CultureInfo.InvariantCulture, $"{least}..{most}"),
        { Minimum: { } least } => string.Create(CultureInfo.InvariantCulture, $"{least}.."),
        { Maximum: { } most } => string.Create(CultureInfo.InvariantCulture, $"..{most}"),
        _ => "",
    };
}
