using Gatehouse.Sdk;
using Gatehouse.Sdk.Hub;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Cli;

public sealed class StoreCommandTests : IAsyncLifetime
{
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Values_are_set_shown_listed_and_deleted()
    {
        Assert.Equal("", await DoneAsync("store", "set", "svc", "sec", "key", "a\nb"));
        Assert.Equal("a\nb", await DoneAsync("store", "get", "svc", "sec", "key"));
        Assert.Equal("a\\nb\n", (await RunAsync(["store", "get", "svc", "sec", "key"], width: 80)).Output);
        Assert.Equal("svc\n", await DoneAsync("store", "list"));
        Assert.Equal("sec\n", await DoneAsync("store", "list", "svc"));
        Assert.Equal("[\"key\"]\n", await DoneAsync("store", "list", "svc", "sec", "--json"));
        Assert.Equal("", await DoneAsync("store", "delete", "svc", "sec", "key"));
        Assert.Equal("", await DoneAsync("store", "list", "svc", "sec"));
        Assert.Equal("", await DoneAsync("store", "delete", "svc", "sec"));
        foreach (var arguments in (string[][])
            [["store", "get", "svc", "sec", "key"], ["store", "delete", "svc"], ["store", "list", "svc"], ["store", "list", "svc", "sec"]])
        {
            var run = await RunAsync(arguments);
            Assert.Equal(
                (1, "gatehouse: the store has nothing there; 'gatehouse store list' shows what it has\n"), (run.Code, run.Error));
        }
    }

    [Fact]
    public async Task What_is_piped_in_comes_back_as_it_was()
    {
        Assert.Equal(0, (await RunAsync(["store", "set", "s", "c", "code", "-"], input: "def f():\n\n    pass\n")).Code);
        Assert.Equal("def f():\n\n    pass\n", await DoneAsync("store", "get", "s", "c", "code"));
    }

    [Fact]
    public async Task A_value_is_set_only_if_it_is_what_is_expected()
    {
        Assert.Equal(0, (await RunAsync(["store", "set", "s", "c", "k", "1", "--new"])).Code);
        Assert.Equal(1, (await RunAsync(["store", "set", "s", "c", "k", "1", "--new"])).Code);
        Assert.Equal(0, (await RunAsync(["store", "set", "s", "c", "k", "2", "--expect", "1"])).Code);
        var run = await RunAsync(["store", "set", "s", "c", "k", "3", "--expect", "1"]);
        Assert.Equal((1, "gatehouse: the value is another: 2\n"), (run.Code, run.Error));
        run = await RunAsync(["store", "set", "s", "c", "none", "3", "--expect", "1"]);
        Assert.Equal((1, "gatehouse: there is no value yet\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task Bytes_are_shown_as_what_they_are()
    {
        using var hub = new HubClient(_hub.Address, token: _hub.Token);
        var stop = TestContext.Current.CancellationToken;
        var tag = await hub.Store.SetAsync("s", "c", "bytes", new byte[] { 0xFF, 0, 1 }, stop: stop);
        Assert.Equal("3 bytes that are no text\n", (await RunAsync(["store", "get", "s", "c", "bytes"], width: 80)).Output);
        var stored = await hub.Store.GetAsync("s", "c", "bytes", stop);
        Assert.Equal((tag, 3), (stored!.Tag, stored.Value.Length));
        Assert.Equal(412, (await Assert.ThrowsAsync<HubRefusedException>(
            () => hub.Store.SetAsync("s", "c", "bytes", new byte[1], "\"other\"", stop))).Status);
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Store.GetAsync("s", "", "k", stop));
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Store.GetAsync("a/b", "s", "k", stop));
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Store.DeleteAsync("a", null, "k", stop));
    }

    [Fact]
    public async Task Lists_of_any_length_come_whole()
    {
        using var hub = new HubClient(_hub.Address, token: _hub.Token);
        var stop = TestContext.Current.CancellationToken;
        await Task.WhenAll(Enumerable.Range(0, 2001).Select(i => hub.Store.SetAsync("s", "c", $"k{i}", Array.Empty<byte>(), stop: stop)));
        var names = await hub.Store.ListAsync("s", "c", stop);
        Assert.Equal(2001, names!.Distinct().Count());
        Assert.Equal(names!.Order(StringComparer.Ordinal), names);
    }

    [Theory]
    [InlineData("store")]
    [InlineData("store", "set", "s", "c", "k")]
    [InlineData("store", "get", "s", "../x", "k")]
    [InlineData("store", "list", "a/b")]
    [InlineData("store", "set", "s", "c", "k", "v", "--new", "--expect", "x")]
    public async Task What_makes_no_sense_is_said_before_any_hub_is_asked(params string[] arguments)
    {
        var run = await new Commands().RunAsync(arguments);
        Assert.Equal(2, run.Code);
        Assert.Contains("--help' tells more", run.Error, StringComparison.Ordinal);
    }

    private async Task<string> DoneAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.True(run.Code == 0, run.Error);
        return run.Output;
    }

    private Task<CommandRun> RunAsync(string[] arguments, string input = "", int? width = null) =>
        new Commands
        {
            Http = new SocketsHttpHandler(),
            Environment = { ["GATEHOUSE_TOKEN"] = _hub.Token },
            Input = input,
            Width = width,
            Time = TimeProvider.System,
        }.RunAsync([.. arguments, "--hub", _hub.Address.ToString()]);
}
