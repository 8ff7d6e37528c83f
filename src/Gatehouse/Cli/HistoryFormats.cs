using System.CommandLine;
using System.CommandLine.Parsing;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary>The options that choose how history is written.</summary>
internal static class HistoryFormats
{
    public static Option<bool> Csv() => new("--csv") { Description = "Print comma-separated values, with a header." };

    public static Option<bool> JsonLines() => new("--jsonl") { Description = "Print a JSON object on each line." };

    /// <summary>What was chosen; null when nothing was.</summary>
    public static HistoryFormat? Of(ParseResult parsed, Option<bool> csv, Option<bool> lines) =>
        parsed.GetValue(csv) ? HistoryFormat.Csv : parsed.GetValue(lines) ? HistoryFormat.JsonLines : null;

    public static void CheckOne(CommandResult result, params Option<bool>[] options)
    {
        var chosen = options.Where(o => result.GetResult(o) is { Implicit: false }).Select(o => o.Name).ToList();
        if (chosen.Count > 1) result.AddError($"{string.Join(" and ", chosen)} exclude each other.");
    }
}
