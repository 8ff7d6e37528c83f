using Gatehouse.Sdk;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Titanic;
using Gatehouse.Sdk.Values;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>The client of Titanic at a hub that is killed while it asks.</summary>
public sealed class TitanicClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_are_answered_over_kills_of_the_hub()
    {
        string[] settings = [.. HubRunner.WithBroker(out var address), "drivers.system.enabled=false"];
        await using var hub = await HubRunner.StartAsync(settings);
        using var stop = new CancellationTokenSource();
        var worker = new MdpWorker(address, "echo", (request, _) => new(request.Frames), new() { Concurrency = 8 }).RunAsync(stop.Token);
        await using (var client = new TitanicClient(address, new() { Mdp = new() { Deadline = TimeSpan.FromSeconds(5) } }))
        {
            for (var round = 0; round < 2; round++)
            {
                var prefix = $"round-{round}-";
                var calls = Enumerable.Range(0, 200)
                    .Select(i => client.CallAsync("echo", Frames.Of($"{round} {i}"), $"{prefix}{i}", Stop)).ToArray();
                await Task.WhenAny(calls);
                await hub.KillAsync();
                await hub.StartAgainAsync();
                var answers = await Task.WhenAll(calls).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, Stop);
                Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{round} {i}"), answers.Select(a => a.Text(0)));
            }
            Assert.Equal(0, client.Unclosed);
        }
        await stop.CancelAsync();
        await worker;
    }

    [Fact]
    public async Task An_answer_is_awaited_before_there_is_a_worker_and_after_another_run()
    {
        string[] settings = [.. HubRunner.WithBroker(out var address), "drivers.system.enabled=false"];
        await using var hub = await HubRunner.StartAsync(settings);
        await using var client = new TitanicClient(address);
        var id = await client.RequestAsync("later", Frames.Of("x"), "order-7", Stop);
        Assert.Equal(TitanicState.Pending, await client.StatusAsync(id, Stop));
        Assert.Null(await client.ReplyAsync(id, Stop));
        await Assert.ThrowsAsync<TitanicRefusedException>(() => client.RequestAsync("later", Frames.Of("y"), "order-7", Stop));
        await hub.KillAsync();
        await hub.StartAgainAsync();
        var waiting = client.WaitAsync("order-7", Stop);
        using var stop = new CancellationTokenSource();
        var worker = new MdpWorker(address, "later", (request, _) => new(request.Frames)).RunAsync(stop.Token);
        Assert.Equal("x", (await waiting.WaitAsync(ChildProcess.Patience, TimeProvider.System, Stop)).Text(0));
        Assert.Equal(id, await client.RequestAsync("later", Frames.Of("x"), "order-7", Stop));
        await client.CloseAsync(id, Stop);
        await Assert.ThrowsAsync<TitanicUnknownException>(() => client.ReplyAsync(id, Stop));
        await stop.CancelAsync();
        await worker;
    }
}
