using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Gatehouse.Runtime.Configuration;

/// <summary>What an option takes, in words that the problems and the reference share.</summary>
internal static class OptionWords
{
    /// <summary>As in "expected …": <c>a whole number from 1 to 65535</c>.</summary>
    public static string Expected(Option option)
    {
        var words = option.Rules.FirstOrDefault(rule => rule.ErrorMessage is not null)?.ErrorMessage ?? OfKind(option);
        return option.IsNullable ? words + " or null" : words;
    }

    private static string OfKind(Option option) => option.Kind switch
    {
        OptionKind.Flag => "true or false",
        OptionKind.Text => "a text",
        OptionKind.Integer => "a whole number" + Range(option),
        OptionKind.Number => "a number" + Range(option),
        OptionKind.Choice => "one of " + string.Join(", ", option.Choices),
        OptionKind.Duration => "a duration " + (Bounds(option) is { } bounds
            ? $"from {bounds.Shortest} to {bounds.Longest}"
            : "such as \"250ms\", \"5s\", \"2m\", \"1h\" or \"7d\""),
        OptionKind.List => $"a list, each item {Expected(option.Element!)}",
        OptionKind.Map => $"an object of names, each with {Expected(option.Element!)}",
        _ => "an object",
    };

    private static DurationRangeAttribute? Bounds(Option option) => option.Rules.OfType<DurationRangeAttribute>().FirstOrDefault();

    private static string Range(Option option) => option.Rules.OfType<RangeAttribute>().FirstOrDefault() is { } range
        ? string.Create(CultureInfo.InvariantCulture, $" from {range.Minimum} to {range.Maximum}")
        : "";
}
