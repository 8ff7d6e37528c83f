using Gatehouse.Connectors.Majordomo;
using Gatehouse.Requests;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Tests.Connectors.Majordomo;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Requests;

/// <summary>The Titanic services as ZeroMQ programs meet them, in a whole hub.</summary>
public sealed class TitanicServicesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_goes_its_way_frame_by_frame()
    {
        await using var hub = await StartAsync();
        await using var client = await MdpProgram.ConnectAsync(AddressOf(hub));
        var id = await RequestAsync(client, "lab.scale|weigh|");
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal("300", await AskAsync(client, "titanic.reply", id));
        await using (var worker = await MdpProgram.WorkAsync(AddressOf(hub), "lab.scale"))
        {
            var (address, body) = await worker.HearRequestAsync();
            Assert.Equal(("weigh|", $"{id} 1", "\0"), (body, address[9..], address[..1]));
            await worker.SendAsync($"|MDPW01|\x03|{address}||5|kg");
            Assert.Equal("200|5|kg", await AskAsync(client, "titanic.reply", $"{id}|10000"));
        }
        // Asking does not remove it, whatever the case; closing does, and does so again.
        Assert.Equal("200|5|kg", await AskAsync(client, "titanic.reply", id.ToUpperInvariant()));
        Assert.Equal("200", await AskAsync(client, "titanic.close", id));
        Assert.Equal("200", await AskAsync(client, "titanic.close", id));
        Assert.Equal("400", await AskAsync(client, "titanic.reply", id));
    }

    [Fact]
    public async Task What_makes_no_sense_gets_an_answer_each()
    {
        await using var hub = await StartAsync();
        await using var client = await MdpProgram.ConnectAsync(AddressOf(hub));
        var huge = new string('x', 1_000_000);
        foreach (var body in (string[])["", "|x", "lab.|x", "\xff\xfe|x", huge, "a\0b|x", new string('x', 256)])
        {
            Assert.Equal("400", await AskAsync(client, "titanic.request", body));
        }
        foreach (var body in (string[])["", "../x", "no-such", huge, "\xff\xfe", "a b", "id|soon", "id|1|2"])
        {
            Assert.Equal("400", await AskAsync(client, "titanic.reply", body));
            Assert.Equal("200", await AskAsync(client, "titanic.close", body));
        }
        foreach (var id in (string[])["..", "a..b", new string('x', 129)])
        {
            Assert.Equal("400", await AskAsync(client, $"titanic.request.{id}", "a|x"));
        }
        // One without arguments is a request, and its worker gets one empty frame.
        var none = await RequestAsync(client, "lab.scale");
        await using var worker = await MdpProgram.WorkAsync(AddressOf(hub), "lab.scale");
        var (address, given) = await worker.HearRequestAsync();
        Assert.Equal(($"{none} 1", ""), (address[9..], given));
    }

    [Fact]
    public async Task An_id_of_ones_own_comes_by_the_name_and_is_found_by_nobody_who_looks_for_names()
    {
        await using var hub = await StartAsync();
        await using var client = await MdpProgram.ConnectAsync(AddressOf(hub));
        Assert.Equal("200|order-7", await AskAsync(client, "titanic.request.order-7", "lab.scale|x"));
        Assert.Equal("200|order-7", await AskAsync(client, "titanic.request.order-7", "lab.scale|x"));
        Assert.Equal("400", await AskAsync(client, "titanic.request.order-7", "lab.scale|y"));
        Assert.Equal("300", await AskAsync(client, "titanic.reply", "order-7"));
        var names = await AskAsync(client, "mmi.discovery", "titanic.*");
        var found = names.Split('|').Where(name => name.StartsWith("titanic.", StringComparison.Ordinal) && name != "titanic.store");
        Assert.Equal(["titanic.close", "titanic.reply", "titanic.request"], found);
        await using var worker = await MdpProgram.WorkAsync(AddressOf(hub), "lab.scale");
        Assert.Equal("order-7 1", (await worker.HearRequestAsync()).Address[9..]);
    }

    [Fact]
    public async Task A_worker_that_dies_over_a_request_is_followed_by_one_that_sees_a_greater_attempt()
    {
        await using var hub = await StartAsync("requests.retryDelay=10ms");
        await using var client = await MdpProgram.ConnectAsync(AddressOf(hub));
        var id = await RequestAsync(client, "lab.scale|x");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await using var worker = await MdpProgram.WorkAsync(AddressOf(hub), "lab.scale");
            Assert.Equal($"{id} {attempt}", (await worker.HearRequestAsync()).Address[9..]);
        }
    }

    [Fact]
    public async Task A_worker_written_with_the_sdk_knows_which_delivery_it_has()
    {
        await using var hub = await StartAsync();
        await using var client = await MdpProgram.ConnectAsync(AddressOf(hub));
        var seen = new TaskCompletionSource<MdpDelivery?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var worker = new MdpWorker(AddressOf(hub), "lab.scale", (request, _) =>
        {
            seen.TrySetResult(request.Delivery);
            return ValueTask.FromResult(Frames.Of(request.Delivery is null ? "plain" : "durable"));
        });
        var running = worker.RunAsync(end.Token);
        var id = await RequestAsync(client, "lab.scale|x");
        Assert.Equal("200|durable", await AskAsync(client, "titanic.reply", $"{id}|10000"));
        Assert.Equal(new MdpDelivery(id, 1), await seen.Task);
        Assert.Equal("plain", await AskAsync(client, "lab.scale", "x"));
        await end.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Who_waits_hears_at_the_end_of_the_patience_that_there_is_nothing()
    {
        await using var hub = await StartAsync();
        await using var client = await MdpProgram.ConnectAsync(AddressOf(hub));
        var id = await RequestAsync(client, "lab.scale|x");
        Assert.Equal("300", await AskAsync(client, "titanic.reply", $"{id}|50"));
        Assert.Equal("300", await AskAsync(client, "titanic.reply", $"{id}|0"));
    }

    [Fact]
    public async Task Who_may_not_call_the_target_may_not_have_it_called()
    {
        await using var fixture = await RequestFixture.StartAsync();
        var titanic = new TitanicServices(fixture.Queue, new Nobody());
        foreach (var offer in titanic.Offer(fixture.Services)) Assert.NotNull(offer);
        var reply = await fixture.Services.CallAsync("titanic.request", Frames.Of("a", "x"), Patience, Trees.Tester, Stop);
        Assert.Equal((CallStatus.Ok, "400"), (reply.Status, reply.Frames.Text(0)));
    }

    [Fact]
    public async Task Without_the_disk_it_says_so_with_a_code()
    {
        await using var fixture = await RequestFixture.StartAsync();
        new TitanicServices(fixture.Queue, AllowAll.Instance).Offer(fixture.Services);
        fixture.Database.Dispose();
        foreach (var (service, body) in ((string, string)[])[("titanic.request", "a"), ("titanic.reply", "id"), ("titanic.close", "id")])
        {
            Assert.Equal("500", await CallAsync(service, body));
        }

        string Text(Reply reply) => reply.Frames.Text(0);
        async Task<string> CallAsync(string service, string body) =>
            Text(await fixture.Services.CallAsync(service, Frames.Of(body), Patience, Trees.Tester, Stop));
    }

    [Fact]
    public async Task What_the_queue_counts_is_shown()
    {
        await using var hub = await StartAsync();
        await using var client = await MdpProgram.ConnectAsync(AddressOf(hub));
        await RequestAsync(client, "lab.scale|x");
        // Values that are set together are still read one by one: each is waited for.
        foreach (var name in (string[])["pending", "accepted"])
        {
            while (hub.Tree.Get($"/hub/requests/{name}")?.Value.ToString() != "1") await Task.Yield();
        }
    }

    private static Task<TestHub> StartAsync(params string[] settings) => TestHub.StartAsync(
        settings: ["majordomo.enabled=true", "majordomo.listen=tcp://127.0.0.1:0", .. settings]);

    private static string AddressOf(TestHub hub) => Assert.Single(hub.Get<MajordomoConnector>().Addresses);

    private static async Task<string> AskAsync(MdpProgram client, string service, string body)
    {
        var answer = await client.AskAsync(service, body);
        var head = $"|MDPC01|{service}|";
        Assert.StartsWith(head, answer, StringComparison.Ordinal);
        return answer[head.Length..];
    }

    private static async Task<string> RequestAsync(MdpProgram client, string body)
    {
        var answer = await AskAsync(client, "titanic.request", body);
        Assert.StartsWith("200|", answer, StringComparison.Ordinal);
        return answer[4..];
    }

    private sealed class Nobody : IAccess
    {
        public bool MayRead(Origin reader, Key key) => true;

        public bool MayWrite(Origin writer, Key key) => true;

        public bool MayCall(Origin caller, string service) => service.StartsWith("titanic.", StringComparison.Ordinal);
    }
}
