using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Cli;

public sealed class LogCommandTests
{
    [Fact]
    public async Task Each_record_is_a_line_and_an_exception_stands_below()
    {
        var http = new ScriptedHttp((_, _) => ScriptedHttp.Json(Log(7, Record(6, "hot\u001b!"), Record(7, "out", "E: x\n   at Y"))));
        var run = await new Commands { Http = http }.RunAsync("log", "--level", "warning");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(
            """
            2026-01-31T12:00:00.000Z	warning	Lab	hot\u001b!
            2026-01-31T12:00:00.000Z	warning	Lab	out
                E: x
                   at Y

            """,
            run.Output);
        Assert.Equal(["GET /api/log?level=warning"], http.Asked);
    }

    [Fact]
    public async Task As_json_each_line_is_a_record()
    {
        var http = new ScriptedHttp((_, _) => ScriptedHttp.Json(Log(7, Record(6, "a"), Record(7, "b"))));
        var run = await new Commands { Http = http }.RunAsync("log", "--json");
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([6, 7], lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task Following_goes_on_over_a_restart_and_tells_what_is_missing()
    {
        Commands commands = null!;
        var time = new ManualTime();
        var http = new ScriptedHttp((_, count) =>
        {
            if (count == 6) commands.Interrupted!.Cancel();
            return count switch
            {
                1 => ScriptedHttp.Json(Log(5, Record(5, "a"))),
                2 => throw ScriptedHttp.Refused(),
                3 => ScriptedHttp.Problem(HttpStatusCode.ServiceUnavailable, "Starting"),
                4 => ScriptedHttp.Json("""{"after":900,"lost":3,"records":[]}"""),
                _ => ScriptedHttp.Json(Log(901, Record(901, "b"))),
            };
        });
        commands = new Commands { Http = http, Time = time };
        var run = await time.RunUntilAsync(commands.RunAsync("log", "--follow"));
        Assert.Equal(0, run.Code);
        Assert.Equal(["GET /api/log?", "GET /api/log?after=5&wait=20"], http.Asked.Take(2));
        Assert.Equal("GET /api/log?after=900&wait=20", http.Asked[4]);
        Assert.Equal(
            """
            gatehouse: the hub at http://127.0.0.1:8080/ has gone; waiting until it is there again
            gatehouse: the hub at http://127.0.0.1:8080/ is there again
            gatehouse: more was written than the hub keeps: up to 3 records are missing here

            """,
            run.Error);
        Assert.Equal(["a", "b"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')[3]).Take(2));
    }

    [Fact]
    public async Task A_hub_that_is_not_there_to_begin_with_is_a_failure() =>
        Assert.Equal(3, (await new Commands { Http = ScriptedHttp.Nobody() }.RunAsync("log", "--follow")).Code);

    [Fact]
    public async Task A_level_that_does_not_exist_is_said_before_any_hub_is_asked()
    {
        var run = await new Commands().RunAsync("log", "--level", "loud");
        Assert.Equal(2, run.Code);
        Assert.Contains("--level: 'loud' is not one of trace, debug, information", run.Error, StringComparison.Ordinal);
    }

    private static string Log(long after, params string[] records) => $$"""{"after":{{after}},"records":[{{string.Join(',', records)}}]}""";

    private static string Record(long number, string message, string? exception = null) =>
        $$"""{"number":{{number}},"time":"2026-01-31T12:00:00Z","level":"warning","category":"Lab","message":"""
        + JsonSerializer.Serialize(message) + (exception is null ? "}" : $$""","exception":{{JsonSerializer.Serialize(exception)}}}""");
}
