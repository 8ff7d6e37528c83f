using System.Text.Json;
using Gatehouse.History;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Cli;

public sealed class HistoryCommandTests : IAsyncLifetime
{
    private static readonly DateTime Noon = RecordedHub.Noon;

    private RecordedHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await RecordedHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Points_are_a_table_lines_or_a_document()
    {
        _hub.Append(
            "/lab/t", new Point(Noon.AddHours(-30), 1), new(Noon.AddMinutes(-2), Value.FromText("21.50"), Quality.Suspect),
            new(Noon.AddMinutes(-1), "a,\n\u001b"), new(Noon.AddSeconds(-1), default, Removed: true));
        await DoneAsync(
            ["history", "/lab/t"],
            "TIME                      VALUE       QUALITY\n2026-01-31T11:58:00.000Z  21.50       suspect\n"
            + "2026-01-31T11:59:00.000Z  a,\\n\\u001b  good\n2026-01-31T11:59:59.000Z              removed\n");
        var csv = "key,time,value,quality,unit,demo\r\n/lab/t,2026-01-31T11:58:00Z,21.50,suspect,,\r\n"
            + "/lab/t,2026-01-31T11:59:00Z,\"a,\n\u001b\",good,,\r\n";
        await DoneAsync(["history", "/lab/t", "--csv", "--to", "-30s"], csv);
        await DoneAsync(
            ["history", "/lab/t", "--csv", "--to=-30s"],
            csv.Replace("\r", "", StringComparison.Ordinal).Replace("\u001b", "\\u001b", StringComparison.Ordinal), width: 80);
        await DoneAsync(
            ["history", "/lab/t", "--jsonl", "--from", "-31h", "--to", "2026-01-31T00:00:00Z"],
            "{\"key\":\"/lab/t\",\"time\":\"2026-01-30T06:00:00Z\",\"value\":1,\"quality\":\"good\"}\n");
        await DoneAsync(
            ["history", "/lab/t", "--json", "--from", "1769860680", "--to", "-61s"],
            "{\"key\":\"/lab/t\",\"from\":\"2026-01-31T11:58:00Z\",\"to\":\"2026-01-31T11:58:59Z\","
            + "\"before\":[\"2026-01-30T06:00:00Z\",1,\"good\"],\"points\":[[\"2026-01-31T11:58:00Z\",21.50,\"suspect\"]]}\n");
        await DoneAsync(
            ["history", "/lab/t", "--from", "-1h", "--to", "-30m"], "",
            error: "gatehouse: nothing was recorded in that time\n  Before it, from 2026-01-30T06:00:00.000Z on, it was 1.\n");
    }

    [Fact]
    public async Task Buckets_are_a_table_lines_or_a_document()
    {
        _hub.AppendNumbers("/lab/t", 1, 2, 4.5);
        _hub.Append("/lab/mode", new Point(Noon.AddMinutes(-2), "on"));
        string[] asked = ["history", "/lab/t", "--from", "-1h", "--to", "2026-01-31T12:00:00Z", "--buckets", "2"];
        await DoneAsync(
            asked,
            "TIME                      MIN  MAX  MEAN  COUNT  QUALITY\n"
            + "2026-01-31T11:30:00.000Z  1    4.5  2.5   3      good\n");
        await DoneAsync([.. asked, "--csv"], "key,time,min,max,mean,count,quality\r\n/lab/t,2026-01-31T11:30:00.000Z,1,4.5,2.5,3,good\r\n");
        await DoneAsync(
            [.. asked, "--jsonl"],
            "{\"key\":\"/lab/t\",\"time\":\"2026-01-31T11:30:00Z\",\"min\":1.0,\"max\":4.5,\"mean\":2.5,"
            + "\"count\":3,\"quality\":\"good\"}\n");
        var document = JsonDocument.Parse((await DoneAsync([.. asked, "--json"])).Output).RootElement;
        Assert.Equal((1800, 3), (document.GetProperty("width").GetDouble(), document.GetProperty("buckets")[0][4].GetInt64()));
        await DoneAsync(
            ["history", "/lab/mode", "--buckets", "2"],
            "TIME                      VALUE  QUALITY\n2026-01-31T11:58:00.000Z  on     good\n");
    }

    [Fact]
    public async Task Newest_lists_what_was_recorded_last()
    {
        _hub.AppendNumbers("/lab/t", 1, 2);
        _hub.AppendNumbers("/lab/pos#x", 3);
        await DoneAsync(
            ["history", "newest", "/lab/"],
            "KEY         VALUE  QUALITY  AGE\n/lab/pos#x  3.0    good     1m\n/lab/t      2.0    good     1m\n");
        await DoneAsync(
            ["history", "newest", "--json", "/lab/t"],
            "[{\"key\":\"/lab/t\",\"time\":\"2026-01-31T11:59:00Z\",\"value\":2.0,\"quality\":\"good\"}]\n");
        await DoneAsync(["history", "newest", "/none"], "");
    }

    [Theory]
    [InlineData("--csv")]
    [InlineData("--jsonl")]
    public async Task What_is_exported_is_imported_from_a_file_or_a_pipe(string format)
    {
        _hub.AppendNumbers("/lab/t", 1, 2);
        _hub.Append("/lab/u", new Point(Noon.AddMinutes(-5), "\u009b2Jgrün"));
        var text = (await DoneAsync(["history", "export", "/lab/", format])).Output;
        Assert.Contains(format == "--csv" ? "\u009b2Jgrün" : "\\u009B2Jgrün", text, StringComparison.Ordinal);
        var shown = (await DoneAsync(["history", "export", "/lab/", format, "--from", "-6m", "--to", "-4m"], width: 80)).Output;
        Assert.Contains("\\u009b2Jgrün", shown, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\r', shown);
        await DoneAsync(["history", "import", "-"], "0 points imported, 3 known already\n", input: text);
        var file = Path.GetTempFileName();
        var more = text.Replace("/lab/", "/more/", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "\uFEFF" + more, TestContext.Current.CancellationToken);
        await DoneAsync(["history", "import", file, "--json"], "{\"lines\":3,\"imported\":3,\"known\":0,\"refused\":0,\"problems\":[]}\n");
        File.Delete(file);
    }

    [Fact]
    public async Task Lines_that_are_refused_are_told()
    {
        var run = await RunAsync(["history", "import", "-"], input: "key,time,value\n/lab/x,1769860800,5\nlab,1769860800,5\n");
        Assert.Equal(
            (1, "1 points imported, 0 known already, 1 lines refused\n",
            "gatehouse: line 3: the key is none: '/' and segments, at most 255 bytes\n"), (run.Code, run.Output, run.Error));
        run = await RunAsync(["history", "import", "-"], input: $"key,time,value\n{string.Concat(Enumerable.Repeat("x,1,1\n", 25))}");
        Assert.Equal((1, 21), (run.Code, run.Error.Count(c => c == '\n')));
        Assert.EndsWith("gatehouse: … 25 lines in all\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_told()
    {
        foreach (var path in (string[])["/nowhere/x.csv", "/nowhere", "/proc"])
        {
            var run = await RunAsync(["history", "import", path]);
            Assert.Equal((1, ""), (run.Code, run.Output));
            Assert.StartsWith($"gatehouse: {path} cannot be read: ", run.Error, StringComparison.Ordinal);
        }
        var piped = await RunAsync(["history", "import", "-"], input: "SQLite format 3\0");
        Assert.Equal((1, "gatehouse: a database cannot be piped in; name its file\n"), (piped.Code, piped.Error));
    }

    [Fact]
    public async Task A_database_is_salvaged()
    {
        var stop = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("gatehouse").FullName;
        var file = Path.Combine(folder, "history.db.damaged-20260131T120000Z");
        await using (var old = await OpenAsync(Path.Combine(folder, "history.db")))
        {
            var series = old.SeriesOf("/lab/old");
            old.Append([.. Enumerable.Range(0, 5000).Select(i => (series, new Point(Noon.AddSeconds(i), i * 1.01)))]);
            await old.CommitAsync(stop);
            foreach (var part in (string[])["", "-wal"]) File.Copy(old.Path + part, file + part);
        }
        await DoneAsync(["history", "import", file], "5000 points imported, 0 known already\n");
        await DoneAsync(["history", "import", file], "0 points imported, 5000 known already\n");
        Assert.Equal("5048.99", (await RunAsync(["history", "newest", "--json", "/lab/old"])).Output.Split("\"value\":")[1].Split(',')[0]);
        await File.WriteAllTextAsync(file, "noise", stop);
        File.Delete(file + "-wal");
        var run = await RunAsync(["history", "import", file]);
        Assert.Equal((1, $"gatehouse: nothing can be read of {file}: no part of it is a history\n"), (run.Code, run.Error));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_a_damaged_database_has_lost_is_told()
    {
        var stop = TestContext.Current.CancellationToken;
        var file = Path.Combine(Directory.CreateTempSubdirectory("gatehouse").FullName, "history.db");
        var random = new Random(1);
        await using (var old = await OpenAsync(file))
        {
            var series = old.SeriesOf("/lab/old");
            old.Append([.. Enumerable.Range(0, 9000).Select(i => (series, new Point(Noon.AddSeconds(i), random.NextDouble())))]);
        }
        var bytes = await File.ReadAllBytesAsync(file, stop);
        // The pages that rows run over to begin with the number of the next one.
        var page = Enumerable.Range(1, (bytes.Length / 4096) - 1).First(p => bytes[p * 4096] == 0 && bytes[(p * 4096) + 3] != 0);
        bytes.AsSpan(page * 4096, 4096).Clear();
        await File.WriteAllBytesAsync(file, bytes, stop);
        var run = await RunAsync(["history", "import", file]);
        Assert.Equal(0, run.Code);
        Assert.Matches($"^gatehouse: [0-9]+ points of {file} cannot be read: blocks that hold them are damaged\n$", run.Error);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static Task<HistoryStore> OpenAsync(string path) => HistoryStore.OpenAsync(
        path, new ManualTime(), NullLogger<HistoryStore>.Instance, NullLogger<Database>.Instance);

    private Task<CommandRun> RunAsync(string[] arguments, int? width = null, string input = "") => new Commands
    {
        Http = new SocketsHttpHandler(),
        Width = width,
        Input = input,
        Environment = { ["GATEHOUSE_HUB"] = _hub.Hub.Address.ToString(), ["GATEHOUSE_TOKEN"] = _hub.Hub.Token },
    }.RunAsync(arguments);

    private async Task<CommandRun> DoneAsync(
        string[] arguments, string? output = null, int? width = null, string input = "", string error = "")
    {
        var run = await RunAsync(arguments, width, input);
        Assert.Equal((0, error), (run.Code, run.Error));
        if (output is not null) Assert.Equal(output, run.Output);
        return run;
    }
}
