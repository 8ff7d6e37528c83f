using System.Text.RegularExpressions;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>What a member of a device's JSON must be. Members without a rule may be anything. Null counts as not there.</summary>
public sealed record MemberRule
{
    private readonly Regex? _pattern;

    /// <summary>The member.</summary>
    public required string Name { get; init; }

    /// <summary>What its value is.</summary>
    public required DeviceValueType Type { get; init; }

    /// <summary>Whether a device cannot be without it.</summary>
    public bool Required { get; init; }

    /// <summary>The least number, in its unit; null for no bound.</summary>
    public double? Minimum { get; init; }

    /// <summary>The greatest number, in its unit; null for no bound.</summary>
    public double? Maximum { get; init; }

    /// <summary>The texts that it may be; null for any.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>
    /// A regular expression that matches somewhere in the text; null for none. It is run without backtracking, so it has no look-around and
    /// no back-references, and no text makes it slow.
    /// </summary>
    /// <exception cref="ArgumentException">It is no such expression.</exception>
    public string? Pattern
    {
        get => _pattern?.ToString();
        init => _pattern = value is null ? null : new(value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <summary>The pattern in words, to follow "it is not": <c>a name in lower case</c>; null shows the pattern itself.</summary>
    public string? PatternTitle { get; init; }

    /// <summary>The unit of the number as people write it; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>What it is called for people; null calls it by its name.</summary>
    public string? Title { get; init; }

    /// <summary>It as a property that can be read and set, for forms.</summary>
    public PropertyInfo Describe() => new()
    {
        Title = Title ?? Name,
        Type = DeviceValueTypes.Word(Type),
        Access = PropertyAccess.ReadWrite,
        Unit = Unit,
        Minimum = Minimum,
        Maximum = Maximum,
        Choices = Choices,
    };

    internal DeviceProblem? Check(JsonMembers members)
    {
        var value = members.Find(Name)?.Value ?? Value.Null;
        if (value.Kind == ValueKind.Null)
        {
            return Required ? members.At(DeviceRule.Required, Name, $"it is missing: {DeviceValueTypes.Explain(Type)}") : null;
        }
        return (ValueCheck.Broken(value, Type, Minimum, Maximum, Choices) ?? BrokenPattern(value)) is var (rule, message)
            ? members.At(rule, Name, message)
            : null;
    }

    private (DeviceRule Rule, string Message)? BrokenPattern(Value value)
    {
        if (_pattern is null || !value.TryGetText(out var text) || _pattern.IsMatch(text)) return null;
        return (DeviceRule.Pattern, $"{ValueCheck.Show(value)} is not {PatternTitle ?? $"a text that matches {_pattern}"}");
    }
}
