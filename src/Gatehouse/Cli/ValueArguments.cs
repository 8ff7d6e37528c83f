using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gatehouse.History;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Cli;

/// <summary>Makes the arguments and options of the commands for values; what is wrong with one is said before any hub is asked.</summary>
internal static class ValueArguments
{
    private const double LongestSeconds = 3_155_760_000;

    public static Argument<Key> Key(Suggestions suggestions) => new("KEY")
    {
        Description = "The value's key, such as /device/localhost.system.cpu/load.",
        CustomParser = ReadKey,
        CompletionSources = { suggestions.Keys },
    };

    public static Argument<string[]> Prefixes(Suggestions suggestions) => new("PREFIX")
    {
        Description = "What the keys start with, such as /device/; any of several. Everything, without.",
        Arity = ArgumentArity.ZeroOrMore,
        Validators = { CheckPrefixes },
        CompletionSources = { suggestions.Keys },
    };

    public static Option<long?> Expect() => new("--expect")
    {
        Description = "Only if the value's sequence number is still this one; 0: only if there is no value.",
        HelpName = "N",
        CustomParser = result => Read<long>(result, TryReadSequence, "a sequence number such as 1234"),
    };

    public static Option<DateTime?> Time() => new("--time")
    {
        Description = "When the value was true: ISO 8601, UTC without a zone, or unix seconds. Now, without.",
        HelpName = "TIME",
        CustomParser = result => Read<DateTime>(result, Timestamp.TryParse, "a time such as 2026-01-31T12:00:00Z"),
    };

    public static Option<Quality> Trust()
    {
        var option = new Option<Quality>("--quality")
        {
            Description = "How far the value can be trusted: good, suspect, stale or bad.",
            HelpName = "WORD",
            DefaultValueFactory = _ => Quality.Good,
            CustomParser = result => Read<Quality>(result, TryReadQuality, "one of good, suspect, stale, bad") ?? default,
        };
        option.CompletionSources.Add("good", "suspect", "stale", "bad");
        return option;
    }

    public static Option<TimeSpan?> Seconds(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SECONDS",
        CustomParser = result => Read<TimeSpan>(result, TryReadSeconds, "a number of seconds such as 30 or 0.5"),
    };

    /// <summary>The beginning of a range of the past, by the commands' own clock.</summary>
    public static Option<DateTime?> From(TimeProvider clock) =>
        End("--from", "From when on: ISO 8601, unix seconds, or how long ago: -24h. A day before the end, without.", clock);

    /// <summary>Its end, likewise.</summary>
    public static Option<DateTime?> To(TimeProvider clock) => End("--to", "Up to when, likewise. Now, without.", clock);

    private static Option<DateTime?> End(string name, string description, TimeProvider clock) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result => Read(
            result,
            (string text, out DateTime time) => HistoryRange.TryParse(text, clock.GetUtcNow().UtcDateTime, out time),
            $"a time: {HistoryRange.TimeRule}"),
    };

    private delegate bool Reading<T>(string text, out T value);

    private static T? Read<T>(ArgumentResult result, Reading<T> read, string what) where T : struct
    {
        var text = result.Tokens[0].Value;
        if (read(text, out var value)) return value;
        result.AddError($"{(result.Parent as OptionResult)?.IdentifierToken?.Value}: '{text}' is not {what}.");
        return null;
    }

    private static Key? ReadKey(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!Sdk.Values.Key.TryParse(text, out var key, out var error))
        {
            result.AddError($"'{text}' is not a key: {KeyErrors.Explain(error)}.");
        }
        else if (!HubPath.CanCarry(text, out var reason)) result.AddError($"{reason}.");
        return key;
    }

    private static void CheckPrefixes(ArgumentResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (!KeyFilter.TryCreate([token.Value], out _)) result.AddError($"'{token.Value}' is not a prefix: a prefix starts with '/'.");
        }
    }

    private static bool TryReadSequence(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool TryReadQuality(string text, out Quality quality) => QualityNames.TryParse(text, out quality);

    private static bool TryReadSeconds(string text, out TimeSpan time)
    {
        var valid = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= LongestSeconds;
        time = valid ? TimeSpan.FromSeconds(seconds) : default;
        return valid;
    }
}
