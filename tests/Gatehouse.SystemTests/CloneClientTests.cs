using System.Globalization;
using System.Net.Http.Json;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>The clients of the clone protocols at hubs, in both forms; one of them is killed.</summary>
public sealed class CloneClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KvForm.Short)]
    [InlineData(KvForm.Full)]
    public async Task What_is_set_is_followed_and_is_the_hubs_too(KvForm form)
    {
        string[] settings = [.. HubRunner.WithClone(out var port, out var chp), "drivers.system.enabled=false"];
        await using var hub = await HubRunner.StartAsync(settings);
        var server = At(form == KvForm.Short ? port : chp);
        await using var subscriber = new KvSubscriberClient(new KvSubscriberOptions { Servers = [server], Form = form });
        await subscriber.WaitReadyAsync(ChildProcess.Patience, Stop);
        await using var publisher = new KvPublisherClient(
            new KvPublisherOptions { Servers = [server], Subtree = "lab", Form = form, UsesPub = form == KvForm.Full });
        await publisher.SetAsync("weight", 47.50, stop: Stop);
        await publisher.SetAsync("colour", "grün", stop: Stop);
        await Clones.UntilAsync(subscriber, "/lab/colour", "grün");
        Assert.Equal(Value.From(47.5), subscriber.Get("/lab/weight"));
        Assert.Equal("47.5\n", (await hub.RunToEndAsync("get", "/lab/weight")).Output);
        using var http = hub.Client();
        (await http.PutAsync("api/values/lab/weight", JsonContent.Create(new { value = 48 }), Stop)).EnsureSuccessStatusCode();
        await Clones.UntilAsync(subscriber, "/lab/weight", "48");
        await publisher.DeleteAsync("weight", Stop);
        await Clones.UntilAsync(subscriber, "/lab/weight", null);
        if (form == KvForm.Full)
        {
            await publisher.SetAsync("short", 1, TimeSpan.FromSeconds(0.3), Stop);
            await Clones.UntilAsync(subscriber, "/lab/short", "1");
            await Clones.UntilAsync(subscriber, "/lab/short", null);
        }
        // Every number came.
        Assert.Equal((0L, 0L, 1L), (subscriber.Counters.Gaps, subscriber.Counters.Rejected, subscriber.Counters.Snapshots));
    }

    [Fact]
    public async Task Thousands_of_values_set_while_a_snapshot_is_taken_are_all_there()
    {
        string[] settings = [.. HubRunner.WithClone(out var port, out _), "drivers.system.enabled=false"];
        await using var hub = await HubRunner.StartAsync(settings);
        await using var publisher = new KvPublisherClient(new KvPublisherOptions { Servers = [At(port)], Subtree = "many" });
        for (var i = 0; i < 20_000; i++) await publisher.SetAsync($"{i}", i, stop: Stop);
        var subscribers = Enumerable.Range(0, 4).Select(i => new KvSubscriberClient(
            new KvSubscriberOptions { Servers = [At(port)], Subtree = i % 2 == 0 ? "" : "/many/" })).ToList();
        for (var i = 0; i < 20_000; i++) await publisher.SetAsync($"{i}", -i, stop: Stop);
        await publisher.SetAsync("end", "end", stop: Stop);
        foreach (var subscriber in subscribers)
        {
            await using (subscriber)
            {
                await Clones.UntilAsync(subscriber, "/many/end", "end");
                for (var i = 0; i < 20_000; i++) Assert.Equal(Value.From(-i), subscriber.Get($"/many/{i}"));
            }
        }
    }

    [Fact]
    public async Task A_hub_that_was_killed_and_started_again_is_followed_in_its_new_epoch()
    {
        string[] settings = [.. HubRunner.WithClone(out var port, out _), "drivers.system.enabled=false"];
        await using var hub = await HubRunner.StartAsync(settings);
        await using var publisher = new KvPublisherClient(new KvPublisherOptions { Servers = [At(port)] });
        await using var subscriber = new KvSubscriberClient(new KvSubscriberOptions { Servers = [At(port)] });
        for (var i = 0; i < 100; i++) await publisher.SetAsync("before", i, stop: Stop);
        await Clones.UntilAsync(subscriber, "/before", "99");
        await hub.KillAsync();
        await hub.StartAgainAsync();
        await publisher.SetAsync("after", 1, stop: Stop);
        await Clones.UntilAsync(subscriber, "/after", "1");
        Assert.Equal(1, subscriber.Counters.Epochs);
        Assert.InRange(subscriber.Counters.Snapshots, 2, 3);
    }

    [Fact]
    public async Task The_second_hub_takes_over_from_one_that_is_killed()
    {
        string[] one = [.. HubRunner.WithClone(out _, out var first), "drivers.system.enabled=false"];
        string[] two = [.. HubRunner.WithClone(out _, out var second), "drivers.system.enabled=false"];
        await using var hub = await HubRunner.StartAsync(one);
        await using var other = await HubRunner.StartAsync(two);
        KvServer[] servers = [At(first), At(second)];
        await using var publisher = new KvPublisherClient(new KvPublisherOptions { Servers = servers, Form = KvForm.Full });
        await using var subscriber = new KvSubscriberClient(new KvSubscriberOptions { Servers = servers, Form = KvForm.Full });
        await publisher.WaitReadyAsync(Stop);
        await publisher.SetAsync("a", 1, stop: Stop);
        await Clones.UntilAsync(subscriber, "/a", "1");
        Assert.Equal(servers[0], subscriber.Server);
        await hub.KillAsync();
        await publisher.SetAsync("a", 2, stop: Stop);
        await Clones.UntilAsync(subscriber, "/a", "2");
        Assert.Equal(servers[1], subscriber.Server);
        await hub.StartAgainAsync();
        await other.KillAsync();
        await publisher.SetAsync("b", 3, stop: Stop);
        await Clones.UntilAsync(subscriber, "/b", "3");
        Assert.Equal((servers[0], 2L), (subscriber.Server, subscriber.Counters.Failovers));
    }

    private static KvServer At(int port) => KvServer.At(string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{port}"));
}
