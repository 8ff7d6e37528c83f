using System.CommandLine;
using System.IO.Pipelines;
using Gatehouse.History;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary><c>history newest</c>, <c>history export</c> and <c>history import</c>: the past of many keys at once.</summary>
internal static class HistoryTransfer
{
    private static readonly string[] Headings = ["KEY", "VALUE", "QUALITY", "AGE"];

    public static Command Newest(ClientRunner runner, Suggestions suggestions)
    {
        var prefixes = ValueArguments.Prefixes(suggestions);
        var command = new ExampledCommand(
            "newest",
            "List what was recorded last of each key.",
            "gatehouse history newest /device/",
            "gatehouse history newest --json | jq '.[].key'")
        {
            prefixes, runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var newest = (await hub.NewestHistoryAsync(parsed.GetValue(prefixes) ?? [], stop)).OrderBy(n => n.Key, StringComparer.Ordinal);
            var now = runner.Console.Time.GetUtcNow().UtcDateTime;
            await runner.PrintAsync(
                runner.WantsJson(parsed) ? AsJson(newest) + "\n"
                    : Table.Render(Headings, [.. newest.Select(n => Row(n, now))], flexible: 1, runner.Console.Width),
                stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Export(ClientRunner runner, Suggestions suggestions)
    {
        var prefixes = ValueArguments.Prefixes(suggestions);
        var from = ValueArguments.From(runner.Console.Time);
        var to = ValueArguments.To(runner.Console.Time);
        var csv = HistoryFormats.Csv();
        var lines = HistoryFormats.JsonLines();
        var command = new ExampledCommand(
            "export",
            "Print every recorded point of many keys: comma-separated values, unless --jsonl is given.",
            "gatehouse history export > today.csv",
            "gatehouse history export /device/ --from 2026-01-01 --to 2026-02-01 --jsonl | gzip > january.jsonl.gz")
        {
            prefixes, from, to, csv, lines,
        };
        command.Validators.Add(result => HistoryFormats.CheckOne(result, csv, lines));
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var format = HistoryFormats.Of(parsed, csv, lines) ?? HistoryFormat.Csv;
            await using var output = new ResultStream(runner);
            await hub.ExportHistoryAsync(parsed.GetValue(prefixes) ?? [], parsed.GetValue(from), parsed.GetValue(to), format, output, stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Import(ClientRunner runner)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "What an export wrote, or a history.db, also a damaged one; '-' for what is piped in.",
        };
        var command = new ExampledCommand(
            "import",
            "Bring recorded points into the hub. What it has already is left out, so an import may be done again.",
            "gatehouse history import january.csv",
            "zcat january.jsonl.gz | gatehouse history import -",
            "gatehouse history import ~/.local/share/gatehouse/history.db.damaged-20260131T120000Z")
        {
            file, runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var path = parsed.GetRequiredValue(file);
            try
            {
                await using var stream = path == "-" ? runner.Console.OpenInput() : File.OpenRead(path);
                return await ImportAsync(runner, hub, path, stream, runner.WantsJson(parsed), stop);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
            {
                runner.Tell($"{path} cannot be read: {e.Message}");
                return ExitCode.Failed;
            }
        }));
        return command;
    }

    private static async Task<int> ImportAsync(
        ClientRunner runner, HubClient hub, string path, Stream stream, bool json, CancellationToken stop)
    {
        var text = PipeReader.Create(stream);
        var beginning = (await text.ReadAtLeastAsync(ImportSource.Beginning, stop)).Buffer;
        var kind = ImportSource.Recognise(beginning, path);
        text.AdvanceTo(beginning.Start);
        if (kind == ImportKind.Database && path == "-")
        {
            runner.Tell("a database cannot be piped in; name its file");
            return ExitCode.Failed;
        }
        var report = kind switch
        {
            ImportKind.Database => await SalvageAsync(runner, hub, path, stop),
            ImportKind.Csv => await hub.ImportHistoryAsync(text.AsStream(), HistoryFormat.Csv, stop),
            _ => await hub.ImportHistoryAsync(text.AsStream(), HistoryFormat.JsonLines, stop),
        };
        if (report is null) return ExitCode.Failed;
        await runner.PrintAsync(json ? JsonText.Of(report) + "\n" : Show(report), stop);
        foreach (var problem in report.Problems) runner.Tell(problem);
        if (report.Refused > report.Problems.Count && report.Problems.Count > 0) runner.Tell($"… {report.Refused} lines in all");
        return report.Refused == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<HistoryImport?> SalvageAsync(ClientRunner runner, HubClient hub, string path, CancellationToken stop)
    {
        using var salvage = Salvage.Open(path);
        if (salvage.IsEmpty)
        {
            runner.Tell($"nothing can be read of {path}: no part of it is a history");
            return null;
        }
        var report = await ImportSource.SendAsync(salvage, hub, stop);
        if (salvage.Lost > 0) runner.Tell($"{salvage.Lost} points of {path} cannot be read: blocks that hold them are damaged");
        if (salvage.LostBlocks > 0) runner.Tell($"{salvage.LostBlocks} blocks of up to {Block.MostPoints} points are missing in {path}");
        if (salvage.LostEntries > 0)
        {
            runner.Tell($"{salvage.LostEntries} parts of the journal of {path} cannot be read: its last minutes may be missing");
        }
        return report;
    }

    private static string Show(HistoryImport report) => report.Refused == 0
        ? $"{report.Imported} points imported, {report.Known} known already\n"
        : $"{report.Imported} points imported, {report.Known} known already, {report.Refused} lines refused\n";

    private static string AsJson(IEnumerable<NewestPoint> newest) => JsonText.Of(writer =>
    {
        writer.WriteStartArray();
        foreach (var (key, point) in newest)
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, key);
            writer.WriteString("time"u8, point.Time);
            writer.WritePropertyName("value"u8);
            point.Value.WriteJson(writer);
            writer.WriteString("quality"u8, point.QualityText);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    private static string[] Row(NewestPoint newest, DateTime now) =>
    [
        TerminalText.Escape(newest.Key), EntryText.Show(newest.Point.Value), newest.Point.QualityText,
        EntryText.Age(now - newest.Point.Time),
    ];
}
