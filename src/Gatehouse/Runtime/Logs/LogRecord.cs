namespace Gatehouse.Runtime.Logs;

/// <summary>One record of the log.</summary>
/// <param name="Number">Greater than that of every record before, also over restarts, unless the clock was set back in between.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Level">How grave it is.</param>
/// <param name="Category">Who wrote it, such as <c>Gatehouse.Tree.SequenceFile</c>.</param>
/// <param name="Message">What happened.</param>
/// <param name="Exception">The exception with its stack; null for none.</param>
internal sealed record LogRecord(long Number, DateTime Time, LogLevel Level, string Category, string Message, string? Exception);

/// <summary>The levels of the log by the names that the settings have for them.</summary>
internal static class LogLevelNames
{
    /// <summary>All names, for messages.</summary>
    public const string All = "trace, debug, information, warning, error, critical";

    private static readonly string[] Names = All.Split(", ");

    public static string Of(LogLevel level) => Names[(int)level];

    public static bool TryParse(string? text, out LogLevel level)
    {
        var index = Array.IndexOf(Names, text);
        level = index < 0 ? LogLevel.None : (LogLevel)index;
        return index >= 0;
    }
}
