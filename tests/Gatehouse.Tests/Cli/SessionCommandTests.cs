using System.Text.Json;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Hub;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Cli;

/// <summary>Letting browsers in and out by command, and what a program is told that is not let in itself.</summary>
public sealed class SessionCommandTests : IAsyncLifetime
{
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_code_is_a_link_that_opens_the_page_once()
    {
        var run = await RunAsync("code");
        Assert.Matches($"^{_hub.Address}#code=[0-9A-Z]{{5}}-[0-9A-Z]{{5}}\n$", run.Output);
        using var browser = new BrowserClient(_hub);
        await browser.SignInAsync(run.Output.Split('=')[1].Trim());
        using var code = JsonDocument.Parse((await RunAsync("code", "--json")).Output);
        await browser.SignInAsync(code.RootElement.GetProperty("code").GetString());
        Assert.True(code.RootElement.TryGetProperty("expires", out _));
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended()
    {
        Assert.Equal("", (await RunAsync("sessions")).Output);
        using var browser = new BrowserClient(_hub, "Phone/1");
        await browser.SignInAsync();
        Assert.Matches(
            $"^ID +SEEN +OPENED +FROM +BROWSER\n{browser.Id}  [0-9]+s +[0-9]+s +127\\.0\\.0\\.1  Phone/1\n$",
            (await RunAsync("sessions")).Output);
        using var list = JsonDocument.Parse((await RunAsync("sessions", "--json")).Output);
        Assert.False(list.RootElement[0].GetProperty("current").GetBoolean());
        Assert.Equal("", (await RunAsync("sessions", "end", browser.Id!)).Output);
        Assert.Equal(401, (await browser.SendAsync(HttpMethod.Get, "/api/values")).Status);
        var again = await new Commands { Http = new SocketsHttpHandler(), Environment = { ["GATEHOUSE_TOKEN"] = _hub.Token } }
            .RunAsync("sessions", "end", browser.Id!, "--hub", _hub.Address.ToString());
        Assert.Equal(
            (1, $"gatehouse: there is no session '{browser.Id}'; 'gatehouse sessions' lists what there is\n"), (again.Code, again.Error));
        Assert.Equal(2, (await new Commands().RunAsync("sessions", "end", "..")).Code);
    }

    [Fact]
    public async Task Who_is_not_let_in_is_told_why_and_what_to_do()
    {
        var run = await new Commands { Http = new SocketsHttpHandler() }.RunAsync("ls", "--hub", _hub.Address.ToString());
        Assert.Equal(1, run.Code);
        Assert.StartsWith(
            $"gatehouse: The hub at {_hub.Address} lets nobody in without its token, and none was sent: ",
            run.Error, StringComparison.Ordinal);
        Assert.Contains("set $GATEHOUSE_TOKEN", run.Error, StringComparison.Ordinal);
        run = await new Commands { Http = new SocketsHttpHandler(), Environment = { ["GATEHOUSE_TOKEN"] = "wrong" } }
            .RunAsync("ls", "--hub", _hub.Address.ToString());
        Assert.Equal($"gatehouse: The hub at {_hub.Address} does not know the token. It comes from $GATEHOUSE_TOKEN.\n", run.Error);
    }

    [Fact]
    public async Task A_client_without_the_token_is_told_what_to_do()
    {
        var stop = TestContext.Current.CancellationToken;
        using (var stranger = new HubClient(_hub.Address))
        {
            var refusal = await Assert.ThrowsAsync<HubRefusedException>(() => stranger.Devices.ListAsync(stop));
            Assert.Equal((401, "Not let in"), (refusal.Status, refusal.Title));
            Assert.Contains("HubClient.OfThisMachine()", refusal.Message, StringComparison.Ordinal);
            Assert.True(await stranger.IsReadyAsync(stop));
        }
        using (var wrong = new HubClient(_hub.Address, token: "wrong"))
        {
            var refusal = await Assert.ThrowsAsync<HubRefusedException>(() => wrong.Sessions.ListAsync(stop));
            Assert.Contains("the token is not the hub's", refusal.Message, StringComparison.Ordinal);
        }
        foreach (var bad in (string[])["", "a b", "a\n", "é"])
        {
            Assert.Throws<ArgumentException>(() => new HubClient(_hub.Address, token: bad));
        }
    }

    [Fact]
    public async Task A_program_of_the_hubs_user_finds_hub_and_token_by_itself()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_hub.Folder, "hub.json"),
            $$"""{"process":1,"started":"2026-01-31T12:00:00Z","address":"{{_hub.Address}}"}""",
            TestContext.Current.CancellationToken);
        using var client = HubClient.OfThisMachine(_hub.Folder);
        Assert.Equal(_hub.Address, client.Address);
        Assert.Empty(await client.Sessions.ListAsync(TestContext.Current.CancellationToken));
    }

    private async Task<CommandRun> RunAsync(params string[] arguments)
    {
        var run = await new Commands { Http = new SocketsHttpHandler(), Environment = { ["GATEHOUSE_TOKEN"] = _hub.Token } }
            .RunAsync([.. arguments, "--hub", _hub.Address.ToString()]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        return run;
    }
}
