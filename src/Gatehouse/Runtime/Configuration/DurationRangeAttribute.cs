using System.ComponentModel.DataAnnotations;

namespace Gatehouse.Runtime.Configuration;

/// <summary>The shortest and the longest duration that an option takes, as the file writes them: <c>("100ms", "1h")</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationRangeAttribute(string shortest, string longest) : ValidationAttribute
{
    public string Shortest { get; } = shortest;

    public string Longest { get; } = longest;

    public override bool IsValid(object? value) =>
        value is not TimeSpan duration || (duration >= Duration.Parse(Shortest) && duration <= Duration.Parse(Longest));
}
