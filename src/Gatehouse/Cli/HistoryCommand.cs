using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary><c>history</c>: what was recorded of one key, as a table, as lines for other programs, or as one document.</summary>
internal static class HistoryCommand
{
    private const int MostBuckets = 20_000;

    public static Command Create(ClientRunner runner, Suggestions suggestions)
    {
        var key = ValueArguments.Key(suggestions);
        key.Description = "The value's key, or KEY#MEMBER for a number in its objects.";
        var from = ValueArguments.From(runner.Console.Time);
        var to = ValueArguments.To(runner.Console.Time);
        var buckets = new Option<int?>("--buckets")
        {
            Description = $"Sum the numbers up into at most so many spans of time, 1 to {MostBuckets}.",
            HelpName = "N",
            Validators = { result => CheckBuckets(result) },
        };
        var csv = HistoryFormats.Csv();
        var lines = HistoryFormats.JsonLines();
        var command = new ExampledCommand(
            "history",
            "Print what was recorded of a key. In a terminal long values are cut to fit.",
            "gatehouse history /device/localhost.system.cpu/load",
            "gatehouse history /device/localhost.system.cpu/load --from -7d --buckets 168",
            "gatehouse history /home/position#x --from 2026-01-31 --to 2026-02-01 --csv > x.csv")
        {
            key, from, to, buckets, csv, lines, runner.Options.Json,
            HistoryTransfer.Newest(runner, suggestions),
            HistoryTransfer.Export(runner, suggestions),
            HistoryTransfer.Import(runner),
        };
        command.Validators.Add(result => HistoryFormats.CheckOne(result, csv, lines, runner.Options.Json));
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var question = new Question(parsed.GetRequiredValue(key).Text, parsed.GetValue(from), parsed.GetValue(to));
            var form = runner.WantsJson(parsed) ? HistoryForm.Document : HistoryFormats.Of(parsed, csv, lines) switch
            {
                HistoryFormat.Csv => HistoryForm.Csv,
                HistoryFormat.JsonLines => HistoryForm.JsonLines,
                _ => HistoryForm.Table,
            };
            var printer = new HistoryPrinter(runner, form);
            return await (parsed.GetValue(buckets) is { } count
                ? PrintBucketsAsync(runner, hub, question, count, printer, stop) : PrintPointsAsync(runner, hub, question, printer, stop));
        }));
        return command;
    }

    private static async Task<int> PrintPointsAsync(
        ClientRunner runner, HubClient hub, Question question, HistoryPrinter printer, CancellationToken stop)
    {
        await using var points = await hub.HistoryAsync(question.Key, question.From, question.To, stop);
        printer.Begin(points.Series, "points");
        await foreach (var point in points.ReadAsync(stop)) await printer.AddAsync(point, stop);
        await printer.EndAsync(stop);
        if (printer.Count == 0) Tell(runner, points.Series);
        return ExitCode.Ok;
    }

    private static async Task<int> PrintBucketsAsync(
        ClientRunner runner, HubClient hub, Question question, int count, HistoryPrinter printer, CancellationToken stop)
    {
        var answer = await hub.HistoryBucketsAsync(question.Key, question.From, question.To, count, stop);
        printer.Begin(answer.Series, answer.Width is null ? "points" : "buckets", answer.Width);
        foreach (var bucket in answer.Buckets) await printer.AddAsync(bucket, stop);
        foreach (var point in answer.Points) await printer.AddAsync(point, stop);
        await printer.EndAsync(stop);
        if (printer.Count == 0) Tell(runner, answer.Series);
        return ExitCode.Ok;
    }

    private static void Tell(ClientRunner runner, SeriesInfo series)
    {
        runner.Tell("nothing was recorded in that time");
        if (series.Before is { Removed: false } before)
        {
            runner.Hint($"Before it, from {EntryText.Time(before.Time)} on, it was {EntryText.Show(before.Value)}.");
        }
    }

    private static void CheckBuckets(OptionResult result)
    {
        if (result.Tokens is not [{ Value: var text }]) return;
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostBuckets) return;
        result.AddError($"--buckets: '{text}' is not a number from 1 to {MostBuckets}.");
    }

    private readonly record struct Question(string Key, DateTime? From, DateTime? To);
}
