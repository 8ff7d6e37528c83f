using System.Globalization;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>The rule that a device's JSON, or a command's, breaks.</summary>
public enum DeviceRule : byte
{
    /// <summary>The text is valid UTF-8.</summary>
    Utf8,

    /// <summary>The text is one JSON document.</summary>
    Json,

    /// <summary>The document is an object.</summary>
    Object,

    /// <summary>The document has at most <see cref="Value.MaxSize"/> bytes.</summary>
    Size,

    /// <summary>Names and texts are valid Unicode: no half of a surrogate pair is escaped in them.</summary>
    Unicode,

    /// <summary>A name stands once in the object.</summary>
    Once,

    /// <summary>The member is there, and not null.</summary>
    Required,

    /// <summary>The member's value is of its type.</summary>
    Type,

    /// <summary>The number is within its bounds.</summary>
    Range,

    /// <summary>The text is one of those that may be.</summary>
    Choice,

    /// <summary>The text matches its pattern.</summary>
    Pattern,

    /// <summary>The oid is registered.</summary>
    KnownOid,

    /// <summary>The oid is that of a device, not of a whole category.</summary>
    ConcreteOid,

    /// <summary>A command is not read-only and write-only at once.</summary>
    Access,
}

/// <summary>One reason why a JSON text is not taken.</summary>
/// <param name="Rule">The rule it breaks.</param>
/// <param name="Field">The member that breaks it; empty when it is the text as a whole.</param>
/// <param name="Line">The line of the text, from 1.</param>
/// <param name="Column">The character in that line, from 1.</param>
/// <param name="Message">What is wrong and what is right, in words.</param>
public sealed record DeviceProblem(DeviceRule Rule, string Field, int Line, int Column, string Message)
{
    /// <summary><c>1:42: minimum: 'warm' is not a finite number</c>. What comes from the text shows no control characters.</summary>
    public override string ToString()
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}: ");
        return Field.Length == 0 ? place + Message : $"{place}{KeySegment.ForDisplay(Field)}: {Message}";
    }
}
