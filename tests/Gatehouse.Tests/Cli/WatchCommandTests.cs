using System.Text;
using System.Text.Json;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Cli;

public sealed class WatchCommandTests
{
    private const string Entry = """
        {"key":"/a","value":"x\ny","time":"2026-01-31T11:00:00.25Z","received":"2026-01-31","quality":"stale","source":"x","sequence":5}
        """;

    private const string Removed = """{"key":"/b","removed":true,"sequence":6}""";

    private static readonly string Snapshot = Event("snapshot", Entry);
    private static readonly string Change = Event("change", $"{Entry},{Removed}");

    [Fact]
    public async Task Each_value_and_change_is_a_line_until_ctrl_c()
    {
        var run = await WatchAsync([Snapshot + Change], "watch");
        Assert.Equal((0, ""), (run.Code, run.Error));
        var lines = run.Output.Split('\n');
        Assert.Equal("2026-01-31T11:00:00.250Z\t/a\tx\\ny\tstale", lines[0]);
        Assert.Equal(lines[0], lines[1]);
        Assert.Matches("^2026-01-31T12:0.:..\\....Z\t/b\t\tremoved$", lines[2]);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task Values_that_are_there_already_can_be_left_out() =>
        Assert.Equal(2, (await WatchAsync([Snapshot + Change], "watch", "--changes-only")).Output.Count(c => c == '\n'));

    [Fact]
    public async Task As_json_each_line_is_an_entry()
    {
        var run = await WatchAsync([Snapshot + Change], "watch", "/", "--json");
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["/a", "/a", "/b"], lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("key").GetString()));
    }

    [Fact]
    public async Task A_hub_that_goes_and_comes_again_is_told_once_each()
    {
        var run = await WatchAsync([Snapshot, "refuse", "refuse", Snapshot + Event("gap", Removed)], "watch");
        Assert.Equal((0, 3), (run.Code, run.Output.Count(c => c == '\n')));
        Assert.Equal(
            """
            gatehouse: the hub at http://127.0.0.1:8080/ has gone; waiting until it is there again
            gatehouse: the hub at http://127.0.0.1:8080/ is there again
            gatehouse: more happened than could be passed on: some events are missing here

            """,
            run.Error);
    }

    private static string Event(string name, string entries) => $"id: 1-6\nevent: {name}\ndata: [{entries}]\n\n";

    // One text for each connection; the last stays open, and Ctrl-C is pressed when all of it has been read.
    private static async Task<CommandRun> WatchAsync(string[] connections, params string[] arguments)
    {
        Commands commands = null!;
        var time = new ManualTime();
        var http = new ScriptedHttp((_, count) => connections[count - 1] switch
        {
            "refuse" => throw ScriptedHttp.Refused(),
            var text when count < connections.Length => ScriptedHttp.Events(text),
            var text => ScriptedHttp.Events(new OpenStream(text, () => commands.Interrupted!.Cancel())),
        });
        commands = new Commands { Http = http, Time = time };
        var running = commands.RunAsync(arguments);
        return await time.RunUntilAsync(running);
    }

    private sealed class OpenStream(string text, Action atEnd) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position < Length) return Read(buffer.Span);
            atEnd();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }
}
