using Gatehouse.Sdk.Hub;

namespace Gatehouse.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData("get", "Required argument missing")]
    [InlineData("get nokey", "'nokey' is not a key: a key starts with '/'.")]
    [InlineData("get /a/../b", "has a segment '.' or '..'")]
    [InlineData("get /a /b", "/b")]
    [InlineData("set /a", "give a value, or a file by --file, and not both")]
    [InlineData("set /a 1 --file x", "give a value, or a file by --file, and not both")]
    [InlineData("set /a 1 --quality fine", "--quality: 'fine' is not one of good, suspect, stale, bad.")]
    [InlineData("set /a 1 --time noon", "--time: 'noon' is not a time such as")]
    [InlineData("set /a 1 --ttl 0", "--ttl: '0' is not a number of seconds")]
    [InlineData("set /a 1 --expect -1", "--expect: '-1' is not a sequence number")]
    [InlineData("rm /a --expect x", "--expect: 'x' is not a sequence number")]
    [InlineData("ls device", "'device' is not a prefix: a prefix starts with '/'.")]
    [InlineData("watch /a b", "'b' is not a prefix")]
    [InlineData("call", "Required argument missing")]
    [InlineData("call x {bad", "'{bad' is not JSON; text needs its quotes")]
    [InlineData("call ../x", "has a segment '.' or '..'")]
    [InlineData("call x --deadline soon", "--deadline: 'soon' is not a number of seconds")]
    [InlineData("ls --hub ftp://x", "--hub: 'ftp://x' is not an address such as http://127.0.0.1:8080.")]
    [InlineData("history", "Required argument missing")]
    [InlineData("history nokey", "'nokey' is not a key: a key starts with '/'.")]
    [InlineData("history /a --from noon", "--from: 'noon' is not a time: ISO 8601 such as")]
    [InlineData("history /a --to -24x", "--to: '-24x' is not a time: ISO 8601 such as")]
    [InlineData("history /a --buckets 0", "--buckets: '0' is not a number from 1 to 20000.")]
    [InlineData("history /a --buckets many", "--buckets: 'many' is not a number from 1 to 20000.")]
    [InlineData("history /a --csv --json", "--csv and --json exclude each other.")]
    [InlineData("history newest device", "'device' is not a prefix")]
    [InlineData("history export --csv --jsonl", "--csv and --jsonl exclude each other.")]
    [InlineData("history import", "Required argument missing")]
    [InlineData("device", "Required argument missing")]
    [InlineData("device a/b", "'a/b' is not the name of a device such as")]
    [InlineData("device ..", "has a segment '.' or '..'")]
    [InlineData("device x --set title", "--set: 'title': an edit is such as title=Lamp or level.unit=%.")]
    [InlineData("device x --unset colour", "--unset: 'colour': of a device title,")]
    [InlineData("run --set nonsense", "--set: 'nonsense' is not a setting such as")]
    [InlineData("run --set =1", "--set: '=1' is not a setting")]
    [InlineData("completion powershell", "powershell")]
    [InlineData("dance", "dance")]
    [InlineData("get /a --loud", "--loud")]
    public async Task A_wrong_command_line_is_explained_and_nothing_is_done(string line, string message)
    {
        var run = await new Commands().RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.StartsWith("gatehouse: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Contains("--help' tells more.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_characters_of_a_wrong_command_line_do_not_reach_the_terminal()
    {
        var run = await new Commands().RunAsync("get", "\u001b]0;owned\u0007");
        Assert.Equal(2, run.Code);
        Assert.DoesNotContain('\u001b', run.Error);
    }

    [Fact]
    public async Task Without_a_command_the_help_comes_and_nothing_was_done()
    {
        var run = await new Commands().RunAsync();
        Assert.Equal((2, ""), (run.Code, run.Error));
        Assert.Contains("gatehouse [command] [options]", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    [InlineData("get")]
    [InlineData("set")]
    [InlineData("rm")]
    [InlineData("ls")]
    [InlineData("watch")]
    [InlineData("history")]
    [InlineData("history newest")]
    [InlineData("history export")]
    [InlineData("history import")]
    [InlineData("call")]
    [InlineData("services")]
    [InlineData("devices")]
    [InlineData("device")]
    [InlineData("version")]
    [InlineData("completion")]
    public async Task Each_command_has_help_with_examples(string command)
    {
        var run = await new Commands().RunAsync([.. command.Split(' '), "--help"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains(command.Split(' ')[^1], run.Output.Split("Usage:")[1].Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains($"  gatehouse {command}", run.Output.Split("Examples:")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_and_check_are_handed_what_was_said()
    {
        var commands = new Commands();
        string[] said = ["run", "--config", "a.json", "--data", "/d", "--set", "web.listen=:9", "--set=hub.name=x=y"];
        Assert.Equal(7, (await commands.RunAsync(said)).Code);
        Assert.Equal(8, (await commands.RunAsync("--data", "/e", "check")).Code);
        Assert.Equal(7, (await commands.RunAsync("run")).Code);
        Assert.Equal(["run a.json /d web.listen=:9 hub.name=x=y", "check - /e ", "run - - "], commands.Handled);
    }

    [Fact]
    public void The_option_comes_before_the_environment_and_that_before_the_data_directory()
    {
        var data = Directory.CreateTempSubdirectory("gatehouse").FullName;
        string? Environment(string name) => name == "GATEHOUSE_HUB" ? "[::1]:9002" : Folder(name);
        string? Folder(string name) => name == "STATE_DIRECTORY" ? data : null;
        (Uri, string) Place(HubAddress found) => (found.Uri, found.Source);
        void Record(string address) => File.WriteAllText(
            Path.Combine(data, "hub.json"), $$"""{"process":1,"started":"2026-01-31T12:00:00Z","address":"{{address}}"}""");

        Record("http://0.0.0.0:9001");
        Assert.Equal((new Uri("http://x:1"), "--hub"), Place(HubAddress.Find(new Uri("http://x:1"), data, Environment)));
        Assert.Equal(new Uri("http://[::1]:9002"), HubAddress.Find(null, null, Environment).Uri);
        Assert.Equal(new Uri("http://127.0.0.1:9001"), HubAddress.Find(null, data, Environment).Uri);
        Assert.Equal((new Uri("http://127.0.0.1:9001"), $"the hub that uses {data}"), Place(HubAddress.Find(null, null, Folder)));
        Assert.Equal(new Uri("http://127.0.0.1:8080"), HubAddress.Find(null, "/nowhere", Environment).Uri);
        Record("http://[::]:9001");
        Assert.Equal(new Uri("http://[::1]:9001"), HubAddress.Find(null, null, Folder).Uri);
        Record("http://10.0.0.7:9001");
        Assert.Equal(new Uri("http://10.0.0.7:9001"), HubAddress.Find(null, null, Folder).Uri);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public void The_token_of_the_data_directory_goes_to_the_hub_recorded_there_and_to_no_other()
    {
        var data = Directory.CreateTempSubdirectory("gatehouse").FullName;
        var variables = new Dictionary<string, string> { ["STATE_DIRECTORY"] = data };
        string? TokenFor(string? option, string? folder = null) =>
            HubAddress.Find(option is null ? null : new Uri(option), folder, variables.GetValueOrDefault).Token;
        File.WriteAllText(
            Path.Combine(data, "hub.json"), """{"process":1,"started":"2026-01-31T12:00:00Z","address":"http://127.0.0.1:9001"}""");
        File.WriteAllText(Path.Combine(data, "token"), "own\n");

        Assert.Equal("own", TokenFor(null));
        Assert.Equal("own", TokenFor(null, data));
        Assert.Equal("own", TokenFor("http://127.0.0.1:9001/"));
        Assert.Equal("own", TokenFor("http://localhost:9001"));
        string[] others = ["http://127.0.0.1:9002", "https://127.0.0.1:9001", "http://127.0.0.2:9001", "http://10.0.0.7:9001"];
        Assert.All(others, other => Assert.Null(TokenFor(other)));
        Assert.Null(TokenFor(null, "/nowhere"));

        variables["GATEHOUSE_TOKEN"] = "others";
        Assert.Equal("own", TokenFor(null));
        Assert.All(others, other => Assert.Equal("others", TokenFor(other)));
        variables["GATEHOUSE_HUB"] = "http://10.0.0.7:9001";
        Assert.Equal("others", TokenFor(null));
        variables["GATEHOUSE_HUB"] = "127.0.0.1:9001";
        Assert.Equal("own", TokenFor(null));
        foreach (var useless in (string[])["", "\n", "a b", "é"])
        {
            File.WriteAllText(Path.Combine(data, "token"), useless);
            Assert.Equal("others", TokenFor(null));
        }
        variables["GATEHOUSE_TOKEN"] = "a b";
        var refusal = Assert.Throws<FormatException>(() => TokenFor(null)).Message;
        Assert.StartsWith("$GATEHOUSE_TOKEN is not a token", refusal, StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task An_environment_that_names_no_address_is_a_wrong_command_line()
    {
        var run = await new Commands { Environment = { ["GATEHOUSE_HUB"] = "ftp://x" } }.RunAsync("ls");
        Assert.Equal((2, "gatehouse: $GATEHOUSE_HUB is 'ftp://x', not an address such as http://127.0.0.1:8080\n"), (run.Code, run.Error));
    }
}
