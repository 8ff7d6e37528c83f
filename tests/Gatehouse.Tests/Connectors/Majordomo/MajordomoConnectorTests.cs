using System.Net;
using System.Net.Sockets;
using Gatehouse.Connectors;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>The broker as a part of a hub in this process, with real sockets.</summary>
public sealed class MajordomoConnectorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_calls_services_of_the_hub_whenever_they_answer_and_however()
    {
        await using var hub = await StartAsync();
        var gate = new TaskCompletionSource<Reply>();
        using var later = Offer(hub, "lab.later", new HandlerOwner("lab", async (_, _) => await gate.Task));
        using var atOnce = Offer(hub, "lab.once", new InlineOwner("lab", call => Reply.Ok(call.Frames)));
        using var nothing = Offer(hub, "lab.nothing", new InlineOwner("lab", _ => Reply.Ok(Frames.None)));
        using var broken = Offer(hub, "lab.broken", new InlineOwner("lab", _ => throw new IOException("cable out")));
        using var family = Offer(hub, "lab.arm.", new InlineOwner("lab", call => Reply.Ok(Frames.Of(call.Name, call.Origin.Connector))));
        await using var program = await MdpProgram.ConnectAsync(AddressOf(hub));
        await program.SendAsync("|MDPC01|lab.later|x");
        Assert.Equal("|MDPC01|lab.once|a||b", await program.AskAsync("lab.once", "a||b"));
        Assert.Equal("|MDPC01|lab.nothing|", await program.AskAsync("lab.nothing", "a"));
        Assert.Equal("|MDPC01|lab.broken|500", await program.AskAsync("lab.broken", "a"));
        Assert.Equal("|MDPC01|lab.arm.grip|lab.arm.grip|majordomo", await program.AskAsync("lab.arm.grip", "a"));
        Assert.Equal("|MDPC01|mmi.service|200", await program.AskAsync("mmi.service", "lab.arm.any"));
        Assert.Equal("|MDPC01|mmi.service|404", await program.AskAsync("mmi.service", "lab.arm"));
        Assert.Equal("|MDPC01|nobody|404", await program.AskAsync("nobody", "a"));
        gate.SetResult(Reply.Ok(Frames.Of("at last")));
        Assert.Equal("|MDPC01|lab.later|at last", await program.HearAsync());
    }

    [Fact]
    public async Task A_call_is_given_up_when_its_client_goes()
    {
        await using var hub = await StartAsync();
        var (begun, given) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var slow = Offer(hub, "lab.slow", new HandlerOwner("lab", async (_, abandoned) =>
        {
            using var end = abandoned.Register(given.SetResult);
            begun.SetResult();
            await given.Task;
            return Reply.Ok(Frames.None);
        }));
        await using (var program = await MdpProgram.ConnectAsync(AddressOf(hub)))
        {
            await program.SendAsync("|MDPC01|lab.slow|x");
            await begun.Task.WaitAsync(_stop);
        }
        await given.Task.WaitAsync(Patience, TimeProvider.System, _stop);
        while (Number(hub, "unclaimed") != 1) await Task.Yield();
    }

    [Fact]
    public async Task A_broker_that_fails_tells_all_who_wait_and_is_started_again()
    {
        using var fixture = new DriverFixture(TimeProvider.System);
        var options = new MajordomoOptions { Listen = "tcp://127.0.0.1:0" };
        var connector = new MajordomoConnector(
            options, new Broken(), new Troubles(fixture.Hub, new Readiness()), fixture.Time, new LogLines<MajordomoConnector>());
        for (var run = 1; run <= 2; run++)
        {
            var running = connector.RunAsync(fixture.Hub, _stop);
            while (connector.Addresses.Count == 0) await Task.Yield();
            await using var worker = await MdpProgram.WorkAsync(connector.Addresses[0], "lab.scale");
            var waiting = new WatchedCall("lab.scale", Frames.None);
            fixture.Hub.Services.Send(waiting);
            await worker.HearRequestAsync();
            await using var client = await MdpProgram.ConnectAsync(connector.Addresses[0]);
            await client.SendAsync("|MDPC01|lab.scale|x");
            Assert.Equal("the rights are gone", (await Assert.ThrowsAsync<IOException>(() => running)).Message);
            Assert.Equal(CallStatus.Failed, (await waiting.Ended.Task.WaitAsync(_stop)).Status);
            Assert.Null(fixture.Hub.Services.Find("lab.scale"));
        }
    }

    [Fact]
    public async Task Callers_of_the_hub_reach_a_worker_as_long_as_it_is_there()
    {
        await using var hub = await StartAsync();
        await using (var worker = await MdpProgram.WorkAsync(AddressOf(hub), "lab.scale"))
        {
            var offer = hub.Services.Find("lab.scale")!;
            Assert.Equal(new ServiceLoad(1, 1, 0, 0), offer.Owner.Load("lab.scale"));
            Assert.Null(offer.Owner.Load("lab.other"));
            var calling = CallAsync(hub, "lab.scale", Frames.Of("weigh", ""));
            var (address, body) = await worker.HearRequestAsync();
            Assert.Equal("weigh|", body);
            var waiting = CallAsync(hub, "lab.scale", Frames.None);
            await worker.SendAsync($"|MDPW01|\x03|{address}||5|kg");
            var reply = await calling;
            Assert.Equal((CallStatus.Ok, 2, "kg"), (reply.Status, reply.Frames.Count, reply.Frames.Text(1)));
            (address, body) = await worker.HearRequestAsync();
            Assert.Equal("", body);
            await worker.SendAsync($"|MDPW01|\x03|{address}||");
            Assert.Equal(1, (await waiting).Frames.Count);

            // One-way: done when it is handed on, and the worker has it all the same.
            var oneWay = new WatchedCall("lab.scale", Frames.Of("tare")) { OneWay = true };
            hub.Services.Send(oneWay);
            Assert.Equal(CallStatus.Ok, (await oneWay.Ended.Task.WaitAsync(_stop)).Status);
            (address, body) = await worker.HearRequestAsync();
            Assert.Equal("tare", body);
            await worker.SendAsync($"|MDPW01|\x03|{address}||done");
            Assert.Equal(0, hub.Services.Instruments.LateReplies);
        }
        while (hub.Services.Find("lab.scale") is not null) await Task.Yield();
        Assert.Equal(CallStatus.Busy, (await CallAsync(hub, "lab.scale", Frames.None)).Status);
    }

    [Fact]
    public async Task Names_of_the_hub_are_not_for_workers()
    {
        await using var hub = await StartAsync();
        using var family = Offer(hub, "lab.arm.", new InlineOwner("lab", _ => Reply.Ok(Frames.None)));
        foreach (var name in (string[])["hub.info", "lab.arm.grip", "lab.", "mmi.own"])
        {
            await using var worker = await MdpProgram.ConnectAsync(AddressOf(hub));
            await worker.SendAsync($"|MDPW01|\x01|{name}");
            Assert.Equal("|MDPW01|\x05", await worker.HearAsync());
        }
        Assert.DoesNotContain(hub.Services.List(), offer => offer.Owner.Name == "majordomo");
    }

    [Fact]
    public async Task When_the_hub_stops_everybody_who_waits_is_told()
    {
        Task<Reply> calling;
        var hub = await StartAsync();
        await using var worker = await MdpProgram.WorkAsync(AddressOf(hub), "lab.slow");
        await using var client = await MdpProgram.ConnectAsync(AddressOf(hub));
        await using (hub)
        {
            calling = CallAsync(hub, "lab.slow", Frames.Of("x"));
            await worker.HearRequestAsync();
            await client.SendAsync("|MDPC01|lab.slow|y");
            while (hub.Services.Find("lab.slow")!.Owner.Load("lab.slow")!.Value.Queued == 0) await Task.Yield();
        }
        var reply = await calling;
        Assert.Equal((CallStatus.Failed, "the broker stopped before 'lab.slow' answered"), (reply.Status, reply.Reason));
        Assert.Equal("|MDPC01|lab.slow|500", await client.HearAsync());
        Assert.Equal("|MDPW01|\x05", await worker.HearAsync());
        await worker.Ended.WaitAsync(Patience, TimeProvider.System, _stop);
    }

    [Fact]
    public async Task What_changes_is_shown_and_a_broker_at_rest_sets_nothing()
    {
        await using var hub = await StartAsync();
        await using var program = await MdpProgram.ConnectAsync(AddressOf(hub));
        Assert.Equal("|MDPC01|mmi.echo|a|200", await program.AskAsync("mmi.echo", "a"));
        await program.SendAsync("|NOPE|a");
        await program.SendAsync("|MDPC01|lab.none|a");
        while (Number(hub, "expired") != 1) await Task.Yield();
        Assert.Equal((1, 1, 1), (Number(hub, "peers"), Number(hub, "mmi"), Number(hub, "failures")));
        Assert.Equal(1, Number(hub, "rejected"));
        Assert.Equal("""{"unknownHeader":1}""", hub.Tree.Get("/hub/majordomo/reasons")!.Value.ToString());
        await program.SendAsync("|MDPC01||a");
        // Of what is set together a reader sees one key after the other.
        const string Both = """{"badServiceName":1,"unknownHeader":1}""";
        while (hub.Tree.Get("/hub/majordomo/reasons")!.Value.ToString() != Both) await Task.Yield();
        Assert.Equal(2, Number(hub, "rejected"));
        Assert.True(Number(hub, "bytesIn") > 0 && Number(hub, "bytesOut") > 0);
        Assert.Null(Number(hub, "lost"));
        Assert.StartsWith("tcp://127.0.0.1:", hub.Tree.Get("/hub/majordomo/address")!.Value.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_is_sent_away_for_its_name_is_told_once()
    {
        using var fixture = new DriverFixture();
        var log = new LogLines<MajordomoConnector>();
        var options = new MajordomoOptions { Listen = "tcp://127.0.0.1:0" };
        var connector = new MajordomoConnector(
            options, AllowAll.Instance, new Troubles(fixture.Hub, new Readiness()), TimeProvider.System, log);
        fixture.Hub.Services.Offer(
            ServiceName.Parse("lamp"), new InlineOwner("test", _ => Reply.Ok(Frames.None)), new ServiceInfo { Summary = "For tests." });
        using var ending = new CancellationTokenSource();
        var running = connector.RunAsync(fixture.Hub, ending.Token);
        await connector.Opened.WaitAsync(_stop);
        await using var worker = await MdpProgram.ConnectAsync(Assert.Single(connector.Addresses));
        for (var i = 0; i < 3; i++)
        {
            await worker.SendAsync("|MDPW01|\x01|lamp");
            Assert.Equal("|MDPW01|\x05", await worker.HearAsync());
        }
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(1, log.Count(10017));
    }

    [Fact]
    public async Task A_default_port_that_is_taken_is_told_and_tried_again_while_the_hub_is_ready()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var fixture = new DriverFixture();
        var (readiness, log) = (new Readiness(), new LogLines<MajordomoConnector>());
        readiness.BecomeReady();
        var troubles = new Troubles(fixture.Hub, readiness);
        var connector = new MajordomoConnector(new MajordomoOptions(), AllowAll.Instance, troubles, fixture.Time, log)
        {
            Default = $"tcp://{taken.LocalEndpoint}",
        };
        using var ending = new CancellationTokenSource();
        var running = connector.RunAsync(fixture.Hub, ending.Token);
        await connector.Opened.WaitAsync(_stop);
        Assert.Empty(connector.Addresses);
        Assert.Null(readiness.NotYet);
        Assert.Equal(
            $"ZeroMQ programs cannot reach the hub: '{connector.Default}' cannot be used: another program listens there. "
            + "Free the port, or set majordomo.listen or majordomo.enabled.",
            fixture.Text("/hub/trouble/majordomo"));
        taken.Stop();
        while (connector.Addresses.Count == 0)
        {
            fixture.Steps.Advance(MajordomoConnector.Pause);
            await Task.Yield();
        }
        Assert.Equal([connector.Default], connector.Addresses);
        Assert.Equal((1, 1, 0), (log.Count(10003), log.Count(10001), log.Count(10002)));
        Assert.Null(fixture.Text("/hub/trouble/majordomo"));
        await using (var program = await MdpProgram.ConnectAsync(connector.Addresses[0]))
        {
            Assert.Equal("|MDPC01|mmi.service|404", await program.AskAsync("mmi.service", "x"));
        }
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(connector.Addresses);
    }

    [Fact]
    public async Task A_configured_port_that_is_taken_keeps_the_hub_from_starting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string[] settings = ["majordomo.enabled=true", $"majordomo.listen=tcp://127.0.0.1:0, tcp://{taken.LocalEndpoint}"];
        var refused = await Assert.ThrowsAsync<ListenException>(() => TestHub.StartAsync(settings: settings));
        Assert.Equal(
            $"majordomo.listen: 'tcp://{taken.LocalEndpoint}' cannot be used: another program listens there.", refused.Message);
    }

    [Theory]
    [InlineData("majordomo.listen=udp://127.0.0.1:5514", "an address begins with tcp:// or ipc://")]
    [InlineData("majordomo.listen=", "with commas between them")]
    [InlineData("majordomo.listen=tcp://127.0.0.1:5514,", "an address begins with tcp:// or ipc://")]
    [InlineData("majordomo.listen=tcp://127.0.0.1:99999", "a port is a number up to 65535")]
    [InlineData("majordomo.once=[\"\"]", "expected names of services")]
    public void Settings_that_make_no_sense_are_told(string setting, string words)
    {
        var load = new SettingsSource("gatehouse.json", IsOptional: true, [setting]).Load(SettingsCatalog.Layout);
        Assert.Contains(words, Assert.Single(load.Problems).ToString(), StringComparison.Ordinal);
    }

    private static Task<TestHub> StartAsync() => TestHub.StartAsync(
        settings: ["majordomo.enabled=true", "majordomo.listen=tcp://127.0.0.1:0", "majordomo.requestExpiry=100ms"]);

    private static string AddressOf(TestHub hub) => Assert.Single(hub.Get<MajordomoConnector>().Addresses);

    private static IDisposable Offer(TestHub hub, string name, IServiceOwner owner) =>
        hub.Services.Offer(ServiceName.Parse(name), owner, new ServiceInfo { Summary = "For tests." });

    private Task<Reply> CallAsync(TestHub hub, string name, Frames frames) =>
        hub.Services.CallAsync(name, frames, Patience, Trees.Tester, _stop).AsTask();

    private static long? Number(TestHub hub, string what) =>
        hub.Tree.Get($"/hub/majordomo/{what}") is { } entry && entry.Value.TryGetNumber(out var number) ? (long)number : null;

    private sealed class WatchedCall(string name, Frames frames) : Call(name, frames, Patience, Trees.Tester)
    {
        public TaskCompletionSource<Reply> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void OnEnded(in Reply reply) => Ended.SetResult(reply);
    }

    /// <summary>Fails when it is asked whether somebody may call.</summary>
    private sealed class Broken : IAccess
    {
        public bool MayRead(Origin reader, Key key) => true;

        public bool MayWrite(Origin writer, Key key) => true;

        public bool MayCall(Origin caller, string service) => throw new IOException("the rights are gone");
    }
}
