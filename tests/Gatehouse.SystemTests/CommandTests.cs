using System.Text.Json;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>Every command as a process of its own, against a hub that is one.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private HubRunner _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await HubRunner.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Values_are_set_got_listed_and_removed()
    {
        Assert.Equal(new Ended(0, "", ""), await _hub.RunToEndAsync("set", "/lab/ä b%2F", "21.50", "--ttl", "600"));
        Assert.Equal(new Ended(0, "21.50\n", ""), await _hub.RunToEndAsync("get", "/lab/ä b%2F"));
        var entry = Json(await _hub.RunToEndAsync("get", "--json", "/lab/ä b%2F"));
        Assert.Equal(("/lab/ä b%2F", "21.50"), (entry.GetProperty("key").GetString(), entry.GetProperty("value").GetRawText()));
        var list = await _hub.RunToEndAsync("ls", "/lab/");
        Assert.Matches("^KEY +VALUE  QUALITY  AGE\n/lab/ä b%2F  21.50  good     [0-9]+s\n$", list.Output);
        var array = Json(await _hub.RunToEndAsync("ls", "/lab/", "--json")).EnumerateArray();
        Assert.Equal("/lab/ä b%2F", Assert.Single(array).GetProperty("key").GetString());
        Assert.Equal(new Ended(0, "", ""), await _hub.RunToEndAsync("rm", "/lab/ä b%2F"));
        var gone = await _hub.RunToEndAsync("get", "/lab/ä b%2F");
        Assert.Equal(new Ended(1, "", "gatehouse: there is no value '/lab/ä b%2F'; 'gatehouse ls' lists what there is\n"), gone);
    }

    [Fact]
    public async Task Services_are_listed_and_called()
    {
        Assert.Contains("hub.info", (await _hub.RunToEndAsync("services")).Output, StringComparison.Ordinal);
        var array = Json(await _hub.RunToEndAsync("services", "--json")).EnumerateArray();
        Assert.Contains("hub.info", array.Select(s => s.GetProperty("name").GetString()));
        var process = Json(await _hub.RunToEndAsync("call", "hub.info")).GetProperty("process").GetInt32();
        Assert.Equal(_hub.Process.Id, process);
        var reply = Json(await _hub.RunToEndAsync("call", "hub.info", "[]", "--json", "--deadline", "5"));
        Assert.Equal(process, reply.GetProperty("frames")[0].GetProperty("process").GetInt32());
        var refused = await _hub.RunToEndAsync("call", "nobody");
        Assert.Equal((1, ""), (refused.Code, refused.Output));
        Assert.StartsWith("gatehouse: No such service: nobody offers a service named 'nobody'", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_past_is_printed_exported_and_brought_into_another_hub()
    {
        Assert.Equal(0, (await _hub.RunToEndAsync("set", "/lab/past", "21.50", "--time", "2026-01-31T12:00:00Z")).Code);
        string[] asked = ["history", "/lab/past", "--from", "2026-01-31", "--to", "2026-02-01", "--csv"];
        var recorded = await _hub.RunToEndAsync(asked);
        while (recorded.Code != 0) recorded = await _hub.RunToEndAsync(asked);
        Assert.Equal("key,time,value,quality,unit,demo\n/lab/past,2026-01-31T12:00:00Z,21.50,good,,\n", recorded.Output);
        await using var second = await HubRunner.StartAsync();
        await using var shell = _hub.RunShell(
            $"gatehouse history export /lab/ --from 2026-01-01 | gatehouse history import - --data {second.Data}");
        Assert.Equal(new Ended(0, "1 points imported, 0 known already\n", ""), await shell.EndAsync());
        Assert.Equal(0, (await _hub.StopAsync()).Code);
        var salvaged = await second.RunToEndAsync("history", "import", Path.Combine(_hub.Data, "history.db"));
        Assert.Matches("^[0-9]+ points imported, 1 known already\n$", salvaged.Output);
        var newest = await second.RunToEndAsync("history", "newest", "/lab/");
        Assert.Contains("/lab/past  21.50  good", newest.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_check_help_and_completion_work()
    {
        var version = await _hub.RunToEndAsync("version");
        Assert.Matches($"^gatehouse 0\\..+\nhub 0\\..+ at {_hub.Address}\n$", version.Output);
        Assert.True(Json(await _hub.RunToEndAsync("version", "--json")).TryGetProperty("hub", out _));
        Assert.Equal(0, (await _hub.RunToEndAsync("check")).Code);
        Assert.NotEqual(0, (await _hub.RunToEndAsync("check", "--set", "web.listen=nowhere")).Code);
        Assert.Contains("Examples:", (await _hub.RunToEndAsync("watch", "--help")).Output, StringComparison.Ordinal);
        var misused = await _hub.RunToEndAsync("get", "nokey");
        Assert.Equal((2, ""), (misused.Code, misused.Output));
    }

    [Fact]
    public async Task Without_a_hub_commands_end_with_3()
    {
        Assert.Equal(0, (await _hub.StopAsync()).Code);
        foreach (var command in (string[])["ls", "watch", "services"])
        {
            var ended = await _hub.RunToEndAsync(command, "--hub", _hub.Address.ToString());
            Assert.Equal((3, ""), (ended.Code, ended.Output));
            Assert.StartsWith($"gatehouse: No hub answers at {_hub.Address}: Connection refused.", ended.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_watch_outlives_the_hub_and_ends_by_ctrl_c()
    {
        await using var watch = _hub.RunCommand("watch", "/lab/");
        await using var json = _hub.RunCommand("watch", "--json", "--changes-only", "/lab/");
        await SetUntilSeenAsync(watch, "before");
        await _hub.KillAsync();
        await watch.ErrorLineAsync(line => line.Contains("has gone", StringComparison.Ordinal));
        await _hub.StartAgainAsync();
        await watch.ErrorLineAsync(line => line.Contains("is there again", StringComparison.Ordinal));
        await SetUntilSeenAsync(watch, "after");
        await json.OutputLineAsync(line => line.Contains("\"after", StringComparison.Ordinal));
        foreach (var program in (ChildProcess[])[watch, json])
        {
            await program.SignalAsync("INT");
            var ended = await program.EndAsync();
            Assert.Equal((0, 2), (ended.Code, ended.Error.Count(c => c == '\n')));
        }
        Assert.All(json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line));
        Assert.All(watch.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Equal(4, line.Split('\t').Length));
    }

    [Fact]
    public async Task A_watch_ends_quietly_when_its_reader_has_gone()
    {
        await using var shell = _hub.RunShell("gatehouse watch | head -1; echo \"${PIPESTATUS[0]}\"");
        var ended = await shell.EndAsync();
        Assert.Equal((0, "", "0"), (ended.Code, ended.Error, ended.Output.Split('\n')[1]));
    }

    [Fact]
    public async Task Results_join_what_is_in_a_file_already()
    {
        var file = Path.Combine(_hub.Folder, "out");
        Assert.Equal(0, (await _hub.RunToEndAsync("set", "/x", "2")).Code);
        await using var shell = _hub.RunShell($"{{ echo one; gatehouse get /x; echo three; gatehouse get /x; }} > {file}");
        Assert.Equal(new Ended(0, "", ""), await shell.EndAsync());
        Assert.Equal("one\n2\nthree\n2\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Full_disks_are_told()
    {
        await using var shell = _hub.RunShell("gatehouse ls > /dev/full");
        var ended = await shell.EndAsync();
        Assert.Equal(1, ended.Code);
        Assert.StartsWith("gatehouse: The result cannot be written: No space left on device", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gatehouse serv", "services")]
    [InlineData("gatehouse get /completion/a", "/completion/a:b=c\\ d")]
    [InlineData("gatehouse get /completion/a:b", "b=c\\ d")]
    [InlineData("gatehouse call hub.i", "hub.info")]
    public async Task Bash_completes(string typed, string offer)
    {
        const int Presses = 10;
        Assert.Equal(0, (await _hub.RunToEndAsync("set", "/completion/a:b=c d", "1")).Code);
        // Nobody waits long for a completion: on a machine that is busy the first may come back with nothing.
        await using var shell = _hub.RunShell(
            $"source <(gatehouse completion bash); COMP_LINE='{typed}' COMP_POINT={typed.Length} COMP_WORDS=(gatehouse)\n"
            + $"for i in {{1..{Presses}}}; do _gatehouse; [ ${{#COMPREPLY[@]}} -gt 0 ] && break; done\n"
            + "printf '%s\\n' \"${COMPREPLY[@]}\"");
        Assert.Equal(new Ended(0, offer + "\n", ""), await shell.EndAsync());
    }

    private static JsonElement Json(Ended ended)
    {
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        return JsonDocument.Parse(ended.Output).RootElement;
    }

    // A watch that has just been started may not have begun yet: what is set before is not among its changes.
    private async Task SetUntilSeenAsync(ChildProcess watch, string value)
    {
        var seen = watch.OutputLineAsync(line => line.Contains($"\t{value}", StringComparison.Ordinal));
        for (var i = 0; !seen.IsCompleted; i++) Assert.Equal(0, (await _hub.RunToEndAsync("set", "/lab/x", $"{value} {i}")).Code);
        await seen;
    }
}
