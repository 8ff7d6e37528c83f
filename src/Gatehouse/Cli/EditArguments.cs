using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gatehouse.Devices;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Cli;

/// <summary>
/// Edits of a device as arguments: <c>title=Lamp</c>, <c>level.unit=%</c>. The names of fields have no dots and no equals signs, so that a
/// property's may have both.
/// </summary>
internal static class EditArguments
{
    public delegate bool Reading(string text, out FieldEdit edit, [NotNullWhen(false)] out string? wrong);

    public static FieldEdit[] Read(ArgumentResult result, Reading read)
    {
        var edits = new List<FieldEdit>();
        foreach (var token in result.Tokens)
        {
            if (read(token.Value, out var edit, out var wrong)) edits.Add(edit);
            else result.AddError($"{(result.Parent as OptionResult)?.IdentifierToken?.Value}: '{token.Value}': {wrong}.");
        }
        return [.. edits];
    }

    /// <summary>Reads <c>field=value</c> or <c>property.field=value</c>.</summary>
    public static bool TryReadSetting(string text, out FieldEdit edit, [NotNullWhen(false)] out string? wrong)
    {
        edit = default;
        wrong = "an edit is such as title=Lamp or level.unit=%";
        for (var at = text.IndexOf('=', StringComparison.Ordinal); at > 0; at = text.IndexOf('=', at + 1))
        {
            if (!TryReadField(text[..at], out edit, out wrong)) continue; // the sign may be one of the property's name
            edit = edit with { Value = ToValue(edit.Field, text[(at + 1)..]) };
            var rule = EditRules.Find(edit.Field, edit.Property is not null)!;
            wrong = rule.Allows(edit.Value) ? null : $"{edit.Field} is {Words(rule)}";
            return wrong is null;
        }
        return false;
    }

    /// <summary>Reads <c>field</c> or <c>property.field</c>.</summary>
    public static bool TryReadField(string text, out FieldEdit edit, [NotNullWhen(false)] out string? wrong)
    {
        var dot = text.LastIndexOf('.');
        edit = dot < 0 ? new FieldEdit(text, default) : new FieldEdit(text[(dot + 1)..], default, text[..dot]);
        var known = dot < 0 ? EditRules.OfDevice : EditRules.OfProperty;
        wrong = dot != 0 && EditRules.Find(edit.Field, dot >= 0) is not null ? null
            : $"of a {(dot < 0 ? "device" : "property")} {string.Join(", ", known.Select(r => r.Field))} can be edited";
        return wrong is null;
    }

    /// <summary>The fields of a device for a shell; those of its properties are known to the hub alone.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> Offer(string end) =>
        _ => EditRules.OfDevice.Select(rule => new CompletionItem(rule.Field + end));

    private static Value ToValue(string field, string text) => field switch
    {
        "log" => text switch
        {
            "on" or "true" => true,
            "off" or "false" => false,
            _ => text,
        },
        "retention" => Duration.TryParse(text, out var span) ? span.TotalSeconds : Value.FromText(text),
        "minimum" or "maximum" => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : text,
        _ => text,
    };

    private static string Words(EditRule rule) => rule.Field switch
    {
        "log" => "on or off",
        "retention" => "a duration such as 90d, 12h or 30m, at most a hundred years",
        _ => rule.Words,
    };
}
