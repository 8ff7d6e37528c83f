using System.Text.Json;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>The SDK's client and worker, and the commands, at the hub's own broker.</summary>
public sealed class MdpHubTests(BrokerHub broker) : IClassFixture<BrokerHub>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MdpDialect.Mdp01, MdpDialect.Mdp02)]
    [InlineData(MdpDialect.Mdp02, MdpDialect.Zproto)]
    [InlineData(MdpDialect.Zproto, MdpDialect.Mdp01)]
    public async Task Client_and_worker_meet_at_the_hub(MdpDialect asking, MdpDialect serving)
    {
        var name = $"lab.{asking}.{serving}";
        using var stop = new CancellationTokenSource();
        var worker = new MdpWorker(broker.Address, name, (request, _) => new(request.Frames), new() { Dialect = serving, Concurrency = 3 });
        var run = worker.RunAsync(stop.Token);
        await using var client = new MdpClient(broker.Address, new() { Dialect = asking });
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
            Assert.Equal($"{i}", (await client.CallAsync(name, Frames.Of($"{i}"), TimeSpan.FromSeconds(30), Stop)).Text(0))));
        Assert.True(await client.HasServiceAsync(name, stop: Stop));
        Assert.Equal([name], await client.DiscoverAsync($"^{name.Replace(".", @"\.", StringComparison.Ordinal)}$", stop: Stop));
        await stop.CancelAsync();
        await run;
        Assert.False(await client.HasServiceAsync(name, stop: Stop));
        Assert.Equal("404", (await client.CallAsync(name, Frames.Of("late"), stop: Stop)).Text(0));
        Assert.Equal((300, 0, 0), (worker.Requests, worker.Failures, worker.Lost));
    }

    [Fact]
    public async Task A_name_of_the_hubs_own_is_refused()
    {
        var worker = new MdpWorker(broker.Address, "hub.info", (request, _) => new(request.Frames));
        Assert.Equal("hub.info", (await Assert.ThrowsAsync<Sdk.MdpRefusedException>(() => worker.RunAsync(Stop))).Service);
    }

    [Fact]
    public async Task A_service_is_called_over_MDP_from_the_command_line()
    {
        var called = await broker.Hub.RunToEndAsync("call", "hub.info", "--mdp", broker.Address);
        Assert.Equal((0, ""), (called.Code, called.Error));
        Assert.Equal(broker.Hub.Process.Id, JsonDocument.Parse(called.Output).RootElement.GetProperty("process").GetInt32());
        var absent = await broker.Hub.RunToEndAsync("call", "nobody", "--mdp", broker.Address);
        Assert.Equal(
            new Ended(1, "404\n", "gatehouse: The broker, or the service itself, answered 404: nobody serves 'nobody'.\n"), absent);
    }

    [Fact]
    public async Task The_hubs_broker_is_loaded()
    {
        var bench = await broker.Hub.RunToEndAsync("bench", "broker", "--mdp", broker.Address, "--seconds", "1", "--json");
        Assert.Equal((0, ""), (bench.Code, bench.Error));
        var result = JsonDocument.Parse(bench.Output).RootElement;
        Assert.True(result.GetProperty("requestsPerSecond").GetDouble() > 100, bench.Output);
        Assert.Equal(0, result.GetProperty("errors").GetInt64());
    }
}
