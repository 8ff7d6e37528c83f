using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>The clone server with programs on libzmq that know nothing but the texts of the protocols, see <c>Peers/clone.py</c>.</summary>
public sealed class CloneTests : IAsyncLifetime
{
    private HubRunner _hub = null!;
    private string _port = "", _chp = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        string[] settings = [.. HubRunner.WithClone(out var port, out var chp), "drivers.system.enabled=false"];
        (_port, _chp) = (Text(port), Text(chp));
        _hub = await HubRunner.StartAsync(settings);
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task RasPys_programs_follow_and_feed_the_tree()
    {
        await using var first = Follow("/test/");
        Assert.StartsWith("END ", await first.OutputLineAsync(IsEnd), StringComparison.Ordinal);
        await PushAsync("4", "/test/a=1", "/testbad/a=2", "/test/b=3");
        await PushAsync("8", "/test/c=grün");
        await first.OutputLineAsync(line => line.StartsWith("UPDATE /test/b ", StringComparison.Ordinal));
        await first.OutputLineAsync(line => line.StartsWith("UPDATE /test/c ", StringComparison.Ordinal));
        await PushAsync("4", "/test/a=");
        var removed = await first.OutputLineAsync(line =>
            line.StartsWith("UPDATE /test/a ", StringComparison.Ordinal) && line.EndsWith(' '));
        Assert.DoesNotContain("/testbad", first.Output, StringComparison.Ordinal);

        // Who comes later has the state, and the same numbers.
        await using var second = Follow("/test/");
        var end = await second.OutputLineAsync(IsEnd);
        Assert.Contains($"ITEM /test/b ", second.Output, StringComparison.Ordinal);
        Assert.Contains("/test/c", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("/test/a", second.Output, StringComparison.Ordinal);
        Assert.True(Number(end.Split(' ')[1]) >= Number(removed.Split(' ')[2]));
        await PushAsync("4", "/test/done=1");
        Assert.Equal(await StateAsync(second), await StateAsync(first));
    }

    [Fact]
    public async Task The_tree_its_clients_and_its_devices_meet()
    {
        using var http = _hub.Client();
        await using var follower = Follow("/");
        await follower.OutputLineAsync(IsEnd);
        await http.PutAsync("api/values/lab/weight", JsonContent.Create(new { value = 47.5 }), Stop);
        await follower.OutputLineAsync(line => line.StartsWith("UPDATE /lab/weight ", StringComparison.Ordinal) && line.EndsWith(" 47.5"));

        await PushAsync("4", "/lab/colour=red", "free=1");
        await UntilAsync(http, "lab/colour", value => value.GetString() == "red");
        await UntilAsync(http, "clone/free", value => value.GetInt32() == 1);

        // A lamp takes what it can, and says so by its own value.
        await PushAsync("4", "/device/localhost.fake.hall/on=true", "/device/localhost.fake.livingroom/brightness=35");
        await follower.OutputLineAsync(line =>
            line.StartsWith("UPDATE /device/localhost.fake.hall/on ", StringComparison.Ordinal) && line.EndsWith(" true"));
        await UntilAsync(http, "device/localhost.fake.livingroom/brightness", value => value.GetInt32() == 35);
        await PushAsync("4", "/device/localhost.fake.hall/on=perhaps", "/hub/name=mine", "/event/bell=rung");
        await follower.OutputLineAsync(line => line.StartsWith("UPDATE /event/bell ", StringComparison.Ordinal));
        await UntilAsync(http, "hub/clone/reasons", value => value.GetProperty("writeFailed").GetInt32() == 2);
        Assert.Equal("true\n", (await _hub.RunToEndAsync("get", "/device/localhost.fake.hall/on")).Output);
        Assert.DoesNotContain("/hub/", follower.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ends_RasPys_proxy_is_counted_here()
    {
        Assert.StartsWith("NOTHING\nb'KTHXBAI' ", await FramesAsync("dealer", "WHAT?"), StringComparison.Ordinal);
        Assert.StartsWith("NOTHING\n", await FramesAsync("dealer", "", "ICANHAZ?", "/test/"), StringComparison.Ordinal);
        Assert.Contains("b'KTHXBAI'", await FramesAsync("dealer", "ICANHAZ?"), StringComparison.Ordinal);
        string[][] pushed =
        [
            ["/test/a", "\\0\\0\\0", "wrong width"], ["/test/a"], ["/test/a", "", "", ""], ["/test/\\0", "\\0\\0\\0\\0", "x"],
            ["/test/../a", "\\0\\0\\0\\0", "x"], ["\\xff", "\\0\\0\\0\\0", "x"], ["KTHXBAI", "\\0\\0\\0\\0", "x"],
            ["/test/a", "\\0\\0\\0\\0\\0\\0\\0\\0", "", "ttl=soon\\n", "x"],
        ];
        foreach (var frames in pushed) await FramesAsync("push", frames);
        await PushAsync("8", "/test/good=1");
        using var http = _hub.Client();
        await UntilAsync(http, "test/good", value => value.GetInt32() == 1);
        await UntilAsync(http, "hub/clone/rejected", value => value.GetInt32() == pushed.Length + 2);
        var reasons = (await _hub.RunToEndAsync("get", "/hub/clone/reasons")).Output;
        Assert.Equal("""{"badKey":3,"badTtl":1,"frameCount":2,"reservedKey":1,"sequenceWidth":1,"unknownRequest":2}""" + "\n", reasons);
        Assert.Contains("ITEM /test/good", (await SnapshotAsync("/test/")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_of_100_000_keys_comes_whole()
    {
        await FloodAsync(100_000, 100_000);
        using var http = _hub.Client();
        await UntilAsync(http, "flood/done", value => value.GetInt32() == 1);
        var ended = await SnapshotAsync("/flood/");
        // One in 97 was removed again.
        var expected = 100_000 - ((100_000 + 96) / 97) + 1;
        Assert.Equal(Text(expected), (ended.Output.Split('\n').First(IsEnd)).Split(' ')[2]);
    }

    [Fact]
    public async Task Who_is_slow_ends_with_the_same_state()
    {
        await using var fast = Follow("/flood/");
        await using var lazy = Peers.Start("clone.py", "lazy", _port, "/flood/");
        await fast.OutputLineAsync(IsEnd);
        await lazy.OutputLineAsync(line => line == "WAITING");
        await FloodAsync(600_000, 5_000);
        var state = await StateAsync(fast);
        await lazy.SignalAsync("USR1");
        using var http = _hub.Client();
        await UntilAsync(http, "hub/clone/conflated", value => value.GetInt32() > 1000);
        await lazy.OutputLineAsync(line => line.StartsWith($"STATE {state} gaps", StringComparison.Ordinal));
        await UntilAsync(http, "hub/clone/slow", value => value.GetInt32() == 0);
    }

    [Fact]
    public async Task After_a_kill_numbers_begin_again_and_a_snapshot_has_what_lasts()
    {
        await using var follower = Follow("/test/");
        await follower.OutputLineAsync(IsEnd);
        await PushAsync("4", [.. Enumerable.Range(1, 1000).Select(i => $"/test/a={i}")]);
        var before = await follower.OutputLineAsync(line =>
            line.StartsWith("UPDATE /test/a ", StringComparison.Ordinal) && line.EndsWith(" 100"));
        await _hub.KillAsync();
        await _hub.StartAgainAsync();
        await using var later = Follow("/test/");
        var end = await later.OutputLineAsync(IsEnd);
        Assert.True(Number(end.Split(' ')[1]) < Number(before.Split(' ')[2]));
        await PushAsync("4", "/test/b=1");
        await later.OutputLineAsync(line => line.StartsWith("UPDATE /test/b ", StringComparison.Ordinal));
        // Its connection has come back by itself; the number tells it that it has missed something.
        await follower.OutputLineAsync(line => line.StartsWith("OLD /test/b ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_guides_clients_set_for_a_time_and_hear_that_the_server_is_there()
    {
        await using var client = Peers.Start("clone.py", "cluster", $"{_chp},{_chp}", "/client/");
        await client.OutputLineAsync(line => line.StartsWith("ACTIVE 0 0 ", StringComparison.Ordinal));
        await client.OutputLineAsync(line => line == "HUGZ 2");
        await SetAsync(_chp, "1", "/client/short=x");
        await client.OutputLineAsync(line => line == "UPDATE /client/short x 16 ttl=1");
        await client.OutputLineAsync(line => line == "UPDATE /client/short  0 ");
        await SetAsync(_chp, "0", "/client/a=1", "/client/a=", "/client/done=1");
        await client.OutputLineAsync(line => line.StartsWith("STATE 1 ", StringComparison.Ordinal));
        Assert.DoesNotContain("SILENT", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guides_sixth_client_goes_on_with_the_other_of_two_hubs()
    {
        string[] settings = [.. HubRunner.WithClone(out _, out var second), "drivers.system.enabled=false"];
        await using var other = await HubRunner.StartAsync(settings);
        var both = $"{_chp},{Text(second)}";
        await using var client = Peers.Start("clone.py", "cluster", both, "/client/");
        await client.OutputLineAsync(line => line.StartsWith("ACTIVE 0 ", StringComparison.Ordinal));
        await SetAsync(both, "0", "/client/a=1", "/client/b=2", "/client/c=3", "/client/b=", "/client/done=1");
        var state = (await client.OutputLineAsync(line => line.StartsWith("STATE ", StringComparison.Ordinal)))["STATE ".Length..];
        await _hub.KillAsync();
        await client.OutputLineAsync(line => line == "SILENT 0");
        await client.OutputLineAsync(line => line == $"ACTIVE 1 {state}");
        await SetAsync(Text(second), "0", "/client/d=4", "/client/done=2");
        await client.OutputLineAsync(line => line.StartsWith("STATE 4 ", StringComparison.Ordinal));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static bool IsEnd(string line) => line.StartsWith("END ", StringComparison.Ordinal);

    // Count and digest.
    private static async Task<string> StateAsync(ChildProcess follower)
    {
        await follower.OutputLineAsync(line => line.StartsWith("STATE ", StringComparison.Ordinal));
        return string.Join(' ', follower.Output.Split('\n').Last(l => l.StartsWith("STATE ", StringComparison.Ordinal)).Split(' ')[1..3]);
    }

    private static async Task UntilAsync(HttpClient http, string key, Func<JsonElement, bool> wanted)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var answer = await http.GetAsync(new Uri($"api/values/{key}", UriKind.Relative), Stop);
            if (answer.IsSuccessStatusCode)
            {
                var entry = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
                if (wanted(entry.GetProperty("value"))) return;
            }
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < ChildProcess.Patience, $"{key} does not become what is wanted");
        }
    }

    private static async Task<Ended> RunAsync(params string[] arguments)
    {
        await using var program = Peers.Start("clone.py", arguments);
        var ended = await program.EndAsync();
        Assert.True(ended.Code == 0, ended.Output + ended.Error);
        return ended;
    }

    private static Task<Ended> SetAsync(string ports, string ttl, params string[] pairs) => RunAsync(["set", ports, ttl, .. pairs]);

    private Task<Ended> PushAsync(string width, params string[] pairs) => RunAsync(["push", _port, width, .. pairs]);

    private Task<Ended> FloodAsync(int count, int keys) => RunAsync("flood", _port, Text(count), Text(keys));

    private async Task<string> FramesAsync(string kind, params string[] frames) =>
        (await RunAsync(["frames", _port, kind, .. frames])).Output;

    private ChildProcess Follow(string subtree) => Peers.Start("clone.py", "follow", _port, subtree);

    private Task<Ended> SnapshotAsync(string subtree) => RunAsync("snapshot", _port, subtree);
}
