namespace Gatehouse.Runtime.Configuration;

/// <summary>What is wrong, by kind.</summary>
internal enum SettingsProblemKind
{
    /// <summary>The text is not UTF-8.</summary>
    NotUtf8,

    /// <summary>The text is not JSON.</summary>
    BrokenJson,

    /// <summary>No option has this name.</summary>
    Unknown,

    /// <summary>A name stands twice in one object.</summary>
    Duplicate,

    /// <summary>A text where a number belongs, and the like.</summary>
    WrongType,

    /// <summary>Null for what cannot be null.</summary>
    Null,

    /// <summary>The right type, but no value of it: an unknown choice, a malformed duration, a number too large for any.</summary>
    BadValue,

    /// <summary>A value that a rule of the option, or a rule between options, excludes.</summary>
    OutOfBounds,

    /// <summary>A <c>--set</c> that is not <c>path=value</c>.</summary>
    BadOverride,

    /// <summary>The file cannot be read.</summary>
    Unreadable,

    /// <summary>A part could not follow a change.</summary>
    NotApplied,
}

/// <summary>One reason why settings are not taken. Line and column start at 1; the column counts characters, not bytes.</summary>
internal sealed record SettingsProblem(SettingsProblemKind Kind, string File, int Line, int Column, string Path, string Message)
{
    /// <summary><c>gatehouse.json:12:5: drivers.sytem: unknown option; did you mean 'drivers.system'?</c></summary>
    public override string ToString()
    {
        var text = Path.Length == 0 ? $"{File}:{Line}:{Column}: {Message}" : $"{File}:{Line}:{Column}: {Path}: {Message}";
        // Names come from outside: no terminal or log may take part of one for a command or a line.
        return string.Create(text.Length, text, (line, from) =>
        {
            for (var i = 0; i < line.Length; i++) line[i] = char.IsControl(from[i]) ? '\uFFFD' : from[i];
        });
    }
}
