using System.Net;
using Gatehouse.Cli;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Cli;

public sealed class SuggestionTests
{
    private static readonly string[] Keys = ["/device/hall.lamp/on", "/device/hall.oven/t", "/hub/x", "/hub/x\u001b", "/solo/one/two"];

    [Theory]
    [InlineData("gatehouse ", "get")]
    [InlineData("gatehouse se", "services")]
    [InlineData("gatehouse se", "set")]
    [InlineData("gatehouse get --", "--hub")]
    [InlineData("gatehouse set /hub/x 1 --quality s", "suspect")]
    [InlineData("gatehouse completion ", "fish")]
    [InlineData("gatehouse get ", "/device/")]
    [InlineData("gatehouse rm /d", "/device/hall.lamp/")]
    [InlineData("gatehouse watch /device/hall.o", "/device/hall.oven/t")]
    [InlineData("gatehouse ls /so", "/solo/one/two")]
    [InlineData("gatehouse set /hub/", "/hub/x")]
    [InlineData("gatehouse history /d", "/device/hall.lamp/")]
    [InlineData("gatehouse history n", "newest")]
    [InlineData("gatehouse history export /so", "/solo/one/two")]
    [InlineData("./bin/gatehouse --hub x:1 get /hub/", "/hub/x")]
    [InlineData("gatehouse call e", "echo")]
    [InlineData("gatehouse device loc", "localhost.lab.oven")]
    [InlineData("gatehouse device x --set ro", "room=")]
    [InlineData("gatehouse device x --unset ro", "room")]
    public async Task A_shell_is_offered(string line, string offer) => Assert.Contains(offer, await AskAsync(line));

    [Fact]
    public async Task Only_what_is_before_the_cursor_counts()
    {
        Assert.Equal(["/solo/one/two"], await AskAsync("gatehouse get /so and more", "[suggest:17]"));
        Assert.Contains("get", await AskAsync("gatehouse g", "[suggest:x]"));
    }

    [Fact]
    public async Task A_key_with_control_characters_is_not_offered() => Assert.Equal(["/hub/x"], await AskAsync("gatehouse get /hub/"));

    [Fact]
    public async Task Without_a_hub_a_shell_is_told_nothing()
    {
        var other = new ScriptedHttp((_, _) => ScriptedHttp.Json("<html>", HttpStatusCode.NotFound, "text/html"));
        var misled = new Commands { Environment = { ["GATEHOUSE_HUB"] = "ftp://x" } };
        Commands[] all = [new() { Http = ScriptedHttp.Nobody() }, new() { Http = other }, misled];
        foreach (var commands in all)
        {
            var run = await commands.RunAsync("[suggest]", "gatehouse get /");
            Assert.Equal((0, "", ""), (run.Code, run.Error, run.Output));
        }
    }

    [Fact]
    public async Task A_hub_that_is_slow_is_not_waited_for()
    {
        var time = new ManualTime();
        var commands = new Commands { Time = time, Http = new ScriptedHttp((_, _) => new HttpResponseMessage(HttpStatusCode.Continue)) };
        var asking = commands.RunAsync("[suggest]", "gatehouse get /");
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var run = await asking;
        Assert.Equal((0, "", ""), (run.Code, run.Error, run.Output));
    }

    [Theory]
    [InlineData("", "/device/|/hub/|/solo/")]
    [InlineData("/device", "/device/hall.lamp/|/device/hall.oven/")]
    [InlineData("/solo/", "/solo/one/two")]
    [InlineData("/none", "")]
    public void Keys_are_offered_as_far_as_there_is_a_choice(string typed, string offers) =>
        Assert.Equal(offers, string.Join('|', Suggestions.NextSegments(Keys, typed)));

    [Theory]
    [InlineData("bash", "complete -F _gatehouse gatehouse")]
    [InlineData("zsh", "#compdef gatehouse")]
    [InlineData("fish", "complete -c gatehouse")]
    public async Task Each_shell_has_its_script(string shell, string part)
    {
        var run = await new Commands().RunAsync("completion", shell);
        Assert.Equal(0, run.Code);
        Assert.Contains(part, run.Output, StringComparison.Ordinal);
        Assert.Contains("'[suggest]'", run.Output, StringComparison.Ordinal);
    }

    private static HttpResponseMessage Answer(HttpRequestMessage request)
    {
        var (path, query) = (request.RequestUri!.AbsolutePath, Uri.UnescapeDataString(request.RequestUri.Query));
        if (path == "/api/services") return ScriptedHttp.Json("""[{"name":"echo","owner":"x","summary":"y"}]""");
        if (path == "/api/devices") return ScriptedHttp.Json("""[{"name":"localhost.lab.oven","title":"x","kind":"y","properties":{}}]""");
        var prefix = query.Replace("?prefix=", "", StringComparison.Ordinal).TrimStart('?');
        var entries = Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(Entry);
        var response = ScriptedHttp.Json($"[{string.Join(',', entries)}]");
        response.Headers.Add("Gatehouse-Sequence", "1-1");
        return response;
    }

    private static string Entry(string key) =>
        $$"""{"key":"{{key.Replace("\u001b", "\\u001b", StringComparison.Ordinal)}}","removed":true,"sequence":1}""";

    private static async Task<string[]> AskAsync(string line, string directive = "[suggest]")
    {
        var run = await new Commands { Http = new ScriptedHttp((request, _) => Answer(request)) }.RunAsync(directive, line);
        Assert.Equal((0, ""), (run.Code, run.Error));
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
