using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Cli;

public sealed class ClientCommandTests : IAsyncLifetime
{
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Theory]
    [InlineData("21.50", "21.50\n", "21.50")]
    [InlineData("-5", "-5\n", "-5")]
    [InlineData("@file", "@file\n", "\"@file\"")]
    [InlineData("\"quoted\"", "\"quoted\"\n", "\"\\\"quoted\\\"\"")]
    [InlineData("", "\n", "\"\"")]
    [InlineData("{\"a\": [1]}", "{\"a\": [1]}\n", "{\"a\": [1]}")]
    public async Task A_value_is_set_and_got(string value, string bare, string json)
    {
        await DoneAsync(["set", "/lab/x", value, "--quality", "suspect", "--time", "1769860800"], "");
        await DoneAsync(["get", "/lab/x"], bare);
        var entry = JsonDocument.Parse((await DoneAsync(["get", "--json", "/lab/x"])).Output).RootElement;
        Assert.Equal((json, "suspect", "2026-01-31T12:00:00Z"), (
            entry.GetProperty("value").GetRawText(), entry.GetProperty("quality").GetString(), entry.GetProperty("time").GetString()));
    }

    [Fact]
    public async Task A_file_is_stored_and_the_value_names_it()
    {
        var path = Path.Combine(_hub.Folder, "still.JPEG");
        await File.WriteAllBytesAsync(path, [0xFF, 0xD8, 0xFF], TestContext.Current.CancellationToken);
        await DoneAsync(["set", "/door/still", "--file", path], "");
        var value = JsonDocument.Parse((await DoneAsync(["get", "/door/still"])).Output).RootElement;
        Assert.Equal(("image/jpeg", 3), (value.GetProperty("type").GetString(), value.GetProperty("size").GetInt32()));
        await FailsAsync(["set", "/door/still", "--file", path + "x"], $"{path}x cannot be read: Could not find file '{path}x'.");
        await File.WriteAllBytesAsync(path, [1, 2, 3], TestContext.Current.CancellationToken);
        await FailsAsync(
            ["set", "/door/still", "--file", path],
            "Not of this type: the bytes are not a JPEG; send them as what they are, or as application/octet-stream");
    }

    [Fact]
    public async Task Two_dashes_let_a_value_look_like_an_option()
    {
        await DoneAsync(["set", "/lab/x", "--", "--json"], "");
        await DoneAsync(["get", "/lab/x"], "--json\n");
    }

    [Theory]
    [InlineData("/h")]
    [InlineData("/?")]
    [InlineData("/--json")]
    public async Task A_key_is_never_an_option(string key)
    {
        await DoneAsync(["set", key, "1"], "");
        await DoneAsync(["get", key], "1\n");
        Assert.Matches($"^{Regex.Escape(key)} +1 ", (await DoneAsync(["ls", key])).Output.Split('\n')[1]);
    }

    [Fact]
    public async Task A_change_minds_what_is_expected()
    {
        var entry = JsonDocument.Parse((await DoneAsync(["set", "/lab/x", "1", "--json", "--expect", "0"])).Output).RootElement;
        var number = entry.GetProperty("sequence").ToString();
        await FailsAsync(
            ["set", "/lab/x", "2", "--expect", "0"], $"Precondition failed: the value has changed: its number is {number} now");
        await DoneAsync(["rm", "/lab/x", "--expect", number], "");
        await FailsAsync(["rm", "/lab/x"], "there is no value '/lab/x'; 'gatehouse ls' lists what there is");
        await FailsAsync(["get", "/lab/x"], "there is no value '/lab/x'; 'gatehouse ls' lists what there is");
    }

    [Fact]
    public async Task A_program_gets_a_value_as_it_is_and_a_terminal_without_control_characters()
    {
        Set("/lab/evil", Value.From("a\u001b[2J\nb\u202E\u0085"));
        Set("/lab/bytes", Value.FromBytes([0xff, 0x00]));
        Set("/lab/json", Value.FromJson("{\"a\":\n\"\u007f\"}"u8));
        await DoneAsync(["get", "/lab/evil"], "a\u001b[2J\nb\u202E\u0085\n");
        await DoneAsync(["get", "/lab/evil"], "a\\u001b[2J\nb\\u202e\\u0085\n", width: 80);
        Assert.Equal([0xff, 0x00], (await RunAsync(["get", "/lab/bytes"])).Bytes);
        await DoneAsync(["get", "/lab/bytes"], "{\"base64\":\"/wA=\"}\n", width: 80);
        await DoneAsync(["get", "/lab/json"], "{\"a\":\n\"\u007f\"}\n");
        await DoneAsync(["get", "/lab/json"], "{\"a\": \"\\u007f\"}\n", width: 80);
        var line = (await DoneAsync(["get", "/lab/json", "--json"])).Output;
        Assert.Equal("\u007f", JsonDocument.Parse(line).RootElement.GetProperty("value").GetProperty("a").GetString());
        Assert.Equal(1, line.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Ls_is_a_table_or_an_array()
    {
        Set("/lab/long", Value.From(new string('x', 100)));
        Set("/lab/日本", Value.From("é\t"));
        await DoneAsync(["ls", "/none/"], "");
        await DoneAsync(["ls", "/none/", "--json"], "[]\n");
        var wide = (await DoneAsync(["ls", "/lab/"])).Output.Split('\n');
        Assert.Equal($"/lab/long  {new string('x', 100)}  good     0s", wide[1]);
        await DoneAsync(
            ["ls", "/lab/", "/hub/none"],
            "KEY        VALUE       QUALITY  AGE\n/lab/long  xxxxxxxxx…  good     0s\n/lab/日本  é\\t         good     0s\n",
            width: 35);
        var array = JsonDocument.Parse((await DoneAsync(["ls", "--json", "/lab/"])).Output).RootElement;
        Assert.Equal(["/lab/long", "/lab/日本"], array.EnumerateArray().Select(e => e.GetProperty("key").GetString()));
    }

    [Fact]
    public async Task Call_prints_a_frame_on_a_line_or_the_reply()
    {
        using var offer = _hub.Services.Offer(
            ServiceName.Parse("echo"),
            new InlineOwner("test", call => Reply.Ok(call.Frames)),
            new ServiceInfo { Summary = "Says\u001b it again." });
        await DoneAsync(["call", "echo", """["a\nb", 1.50, {"x": [2]}]"""], "a\\nb\n1.50\n{\"x\": [2]}\n");
        await DoneAsync(["call", "echo", """["a\nb", 1.50, {"x": [2]}]""", "--json"], "{\"frames\":[\"a\\nb\",1.50,{\"x\": [2]}]}\n");
        await DoneAsync(["call", "echo", "--deadline", "2.5"], "");
        await FailsAsync(
            ["call", "nobody"], "No such service: nobody offers a service named 'nobody'; 'gatehouse services' lists what there is");
        Assert.Contains("echo              Says\\u001b it again.", (await DoneAsync(["services"])).Output, StringComparison.Ordinal);
        var services = JsonDocument.Parse((await DoneAsync(["services", "--json"])).Output).RootElement;
        Assert.Contains("hub.info", services.EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        Assert.DoesNotContain("WORKERS", (await DoneAsync(["services"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_show_what_workers_have_to_do_where_there_are_some()
    {
        using var offer = _hub.Services.Offer(
            ServiceName.Parse("busy"), new Crew(new ServiceLoad(3, 1, 12, 1234.56)), new ServiceInfo { Summary = "Works." });
        var lines = (await DoneAsync(["services"])).Output.Split('\n');
        Assert.EndsWith("OWNER     WORKERS  IDLE  QUEUED  RATE", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("crew      3        1     12      1234.6/s", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("hub.info", lines[2], StringComparison.Ordinal);
        using var document = JsonDocument.Parse((await DoneAsync(["services", "--json"])).Output);
        var busy = document.RootElement[0];
        Assert.Equal(("busy", 3, 1, 12), (
            busy.GetProperty("name").GetString(), busy.GetProperty("workers").GetInt32(), busy.GetProperty("idle").GetInt32(),
            busy.GetProperty("queued").GetInt32()));
        Assert.Equal(1234.56, busy.GetProperty("rate").GetDouble());
    }

    private sealed class Crew(ServiceLoad load) : IServiceOwner
    {
        public string Name => "crew";

        public void Accept(Call call) => call.Complete(Reply.Busy("always"));

        public ServiceLoad? Load(string name) => name == "busy" ? load : null;
    }

    [Fact]
    public async Task Version_tells_of_the_hub_too()
    {
        var lines = (await DoneAsync(["version"])).Output.Split('\n');
        Assert.StartsWith("gatehouse 0.", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("hub 0.", lines[1], StringComparison.Ordinal);
        Assert.EndsWith($" at {_hub.Address}", lines[1], StringComparison.Ordinal);
        Assert.Equal(lines, (await DoneAsync(["--version"])).Output.Split('\n'));
        var json = JsonDocument.Parse((await DoneAsync(["version", "--json"])).Output).RootElement;
        Assert.Equal(json.GetProperty("version").GetString(), json.GetProperty("hub").GetString());
    }

    private void Set(string key, Value value) => _hub.Tree.Set(new Change(_hub.Tree.Intern(key), value), new Origin("test"));

    private Task<CommandRun> RunAsync(string[] arguments, int? width = null) => new Commands
    {
        Http = new SocketsHttpHandler(),
        Width = width,
        Time = TimeProvider.System,
        Environment = { ["GATEHOUSE_HUB"] = _hub.Address.ToString(), ["GATEHOUSE_TOKEN"] = _hub.Token },
    }.RunAsync(arguments);

    private async Task<CommandRun> DoneAsync(string[] arguments, string? output = null, int? width = null)
    {
        var run = await RunAsync(arguments, width);
        Assert.Equal((0, ""), (run.Code, run.Error));
        if (output is not null) Assert.Equal(output, run.Output);
        return run;
    }

    private async Task FailsAsync(string[] arguments, string error)
    {
        var run = await RunAsync(arguments);
        Assert.Equal((1, "", $"gatehouse: {error}\n"), (run.Code, run.Output, run.Error));
    }
}
