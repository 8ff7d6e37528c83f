using Gatehouse.Sdk.Values;

namespace Gatehouse.Devices;

/// <summary>Which fields of a device and of a property can be edited, and what may be in them.</summary>
internal static class EditRules
{
    /// <summary>Properties of one device that can have edits.</summary>
    public const int MostProperties = 1000;

    private const int LongestTitle = 100;
    private const int LongestWord = 40;
    private const double LongestSeconds = 3_155_760_000;

    private static readonly EditRule Title =
        new("title", $"a text of 1 to {LongestTitle} characters, none of them a control character", IsTitle);

    private static readonly EditRule Log = new("log", "true or false", v => v.Kind == ValueKind.Boolean);
    private static readonly EditRule Retention =
        new("retention", "seconds, more than 0 and at most a hundred years", v => IsNumber(v, double.Epsilon, LongestSeconds));

    public static IReadOnlyList<EditRule> OfDevice { get; } =
    [
        Title,
        new("room", $"a text of at most {LongestTitle} characters, none of them a control character", v => IsText(v, LongestTitle)),
        new("kind", $"a word of 1 to {LongestWord} lower-case letters, digits, '-' or '_'", IsWord),
        Log,
        Retention,
    ];

    public static IReadOnlyList<EditRule> OfProperty { get; } =
    [
        Title,
        new("unit", $"a text of at most {LongestWord} characters, none of them a control character", v => IsText(v, LongestWord)),
        Log,
        Retention,
        new("minimum", "a finite number", IsFinite),
        new("maximum", "a finite number", IsFinite),
    ];

    /// <summary>The rule of a field; null when there is no such field, or it cannot be edited.</summary>
    public static EditRule? Find(string field, bool ofProperty)
    {
        foreach (var rule in ofProperty ? OfProperty : OfDevice)
        {
            if (rule.Field == field) return rule;
        }
        return null;
    }

    private static bool IsTitle(Value value) => IsText(value, LongestTitle) && !string.IsNullOrWhiteSpace(value.ToString());

    private static bool IsText(Value value, int longest) =>
        value.TryGetText(out var text) && text.Length <= longest && !text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029');

    private static bool IsWord(Value value) =>
        value.TryGetText(out var text) && text.Length is >= 1 and <= LongestWord
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    private static bool IsFinite(Value value) => IsNumber(value, double.MinValue, double.MaxValue);

    private static bool IsNumber(Value value, double least, double most) =>
        value.Kind is ValueKind.Integer or ValueKind.Real && value.TryGetNumber(out var number) && number >= least && number <= most;
}

/// <summary>One field that can be edited.</summary>
/// <param name="Field">Its name.</param>
/// <param name="Words">What may be in it, to follow the field's name in a message.</param>
/// <param name="Allows">Whether a value may be in it. Null is not asked about: it takes an edit back.</param>
internal sealed record EditRule(string Field, string Words, Func<Value, bool> Allows);
