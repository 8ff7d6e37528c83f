using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>Programs on libzmq call and serve a hub, in every layout of the Majordomo protocol.</summary>
public sealed class MajordomoTests(BrokerHub broker) : IClassFixture<BrokerHub>
{
    private static readonly string[] Layouts = ["0.1", "0.2", "zproto"];

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_and_workers_of_all_layouts_work_together()
    {
        var workers = await Task.WhenAll(Layouts.Select(layout => Peers.WorkerAsync(
            broker.Address, layout, $"pair.{layout}", "w", layout == "0.1" ? [] : ["--partials", "2"])));
        try
        {
            await Task.WhenAll(Layouts.SelectMany(client => Layouts.Select(async worker =>
            {
                var answer = await Peers.AskAsync(broker.Address, client, $"pair.{worker}", "hello", "", "ü");
                Assert.Equal(Expected(client, worker), answer);
            })));
            Assert.Equal("REPLY\nw\nhi\n", await Peers.AskAsync(broker.Address, "0.1", "pair.0.1", "hi", "--req"));
        }
        finally
        {
            foreach (var worker in workers) await worker.DisposeAsync();
        }
    }

    // Parts for a client that knows none come in one piece.
    private static string Expected(string client, string worker) => (client, worker) switch
    {
        (_, "0.1") => "REPLY\nw\nhello\n\nü\n",
        ("0.1", _) => "REPLY\npart 0\npart 1\nw\nhello\n\nü\n",
        _ => "PARTIAL\npart 0\nPARTIAL\npart 1\nREPLY\nw\nhello\n\nü\n",
    };

    [Fact]
    public async Task Programs_in_C_call_and_serve()
    {
        var program = await Peers.CompileAsync(broker.Hub.Folder);
        await using var worker = ChildProcess.Start(program, ["worker", broker.Address, "c.echo"]);
        await worker.OutputLineAsync(line => line == "READY");
        await using var client = ChildProcess.Start(program, ["client", broker.Address, "c.echo", "1000"]);
        Assert.Equal((0, "RIGHT 1000\n"), ((await client.EndAsync()) is var ended ? (ended.Code, ended.Output) : default));
        Assert.Equal("REPLY\nfrom Python\n", await Peers.AskAsync(broker.Address, "0.2", "c.echo", "from Python"));
    }

    [Theory]
    [InlineData("0.1", "--req")]
    [InlineData("0.1")]
    [InlineData("0.2")]
    [InlineData("zproto")]
    public async Task The_hubs_own_services_are_called_by_every_layout(string layout, params string[] more)
    {
        var lines = (await Peers.AskAsync(broker.Address, layout, "hub.info", more)).Split('\n');
        Assert.Equal("REPLY", lines[0]);
        using var info = JsonDocument.Parse(lines[1]);
        Assert.Equal("localhost", info.RootElement.GetProperty("name").GetString());
        Assert.Equal(broker.Hub.Process.Id, info.RootElement.GetProperty("process").GetInt32());
    }

    [Fact]
    public async Task A_worker_is_a_service_of_the_hub_for_HTTP_and_commands_as_long_as_it_lives()
    {
        using var http = broker.Hub.Client();
        await using (var worker = await Peers.WorkerAsync(broker.Address, "0.1", "lab.scale", "scale"))
        {
            using var called = await http.PostAsJsonAsync("/api/services/lab.scale", (object[])["weigh", 2, "µg"], _stop);
            Assert.Equal("""{"frames":["scale","weigh",2,"µg"]}""", await called.Content.ReadAsStringAsync(_stop));
            Assert.Equal("scale\nweigh\n", (await broker.Hub.RunToEndAsync("call", "lab.scale", "\"weigh\"")).Output);
            // Without any frame the worker gets an empty one.
            Assert.Equal("scale\n\n", (await broker.Hub.RunToEndAsync("call", "lab.scale")).Output);

            using var services = JsonDocument.Parse((await broker.Hub.RunToEndAsync("services", "--json")).Output);
            var scale = services.RootElement.EnumerateArray().Single(s => s.GetProperty("name").GetString() == "lab.scale");
            Assert.Equal(("majordomo", 1, 1, 0), (
                scale.GetProperty("owner").GetString(), scale.GetProperty("workers").GetInt32(), scale.GetProperty("idle").GetInt32(),
                scale.GetProperty("queued").GetInt32()));
            Assert.Contains("WORKERS", (await broker.Hub.RunToEndAsync("services")).Output, StringComparison.Ordinal);
            await worker.KillAsync();
        }
        await Peers.TalkAsync(broker.Address, "c > |MDPC01|mmi.service|lab.scale", "c < |MDPC01|mmi.service|404");
        // It was there: so trying again may help.
        using var gone = await http.PostAsJsonAsync("/api/services/lab.scale", "weigh", _stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, gone.StatusCode);
    }

    [Fact]
    public async Task A_call_over_HTTP_ends_at_its_deadline_though_the_worker_is_at_it()
    {
        await using var worker = await Peers.WorkerAsync(broker.Address, "0.2", "lab.slow", "slow", "--delay", "1.5");
        using var http = broker.Hub.Client();
        using var called = await http.PostAsJsonAsync("/api/services/lab.slow?deadline=0.3", "now", _stop);
        Assert.Equal(HttpStatusCode.GatewayTimeout, called.StatusCode);
        // The worker is asked again when it has done with the first, and each answer goes to its own caller.
        using var again = await http.PostAsJsonAsync("/api/services/lab.slow?deadline=9", "later", _stop);
        Assert.Equal("""{"frames":["slow","later"]}""", await again.Content.ReadAsStringAsync(_stop));
    }

    [Fact]
    public async Task Requests_for_nobody_expire_as_404_and_are_given_to_a_worker_that_comes_in_time()
    {
        var nobody = Peers.AskAsync(broker.Address, "0.1", "nobody.there", "x");
        await using var early = Peers.Start("client.py", broker.Address, "0.2", "late.comer", "early");
        await Peers.TalkAsync(broker.Address, "c > |MDPC01|mmi.service|late.comer", "c < |MDPC01|mmi.service|404");
        await using var worker = await Peers.WorkerAsync(broker.Address, "0.1", "late.comer", "late");
        Assert.Equal("REPLY\nlate\nearly\n", (await early.EndAsync()).Output);
        Assert.Equal("REPLY\n404\n", await nobody);
    }

    [Fact]
    public async Task The_programs_in_the_document_work()
    {
        var document = await File.ReadAllTextAsync(Repository.PathOf("docs/majordomo.md"), _stop);
        foreach (var sample in (string[])["mdp-client.py", "mdp-worker.py"])
        {
            var text = await File.ReadAllTextAsync(Repository.PathOf($"samples/{sample}"), _stop);
            var program = text[text.IndexOf("import sys", StringComparison.Ordinal)..];
            Assert.Contains($"```python\n{program}```", document, StringComparison.Ordinal);
        }
        await using var worker = Sample("mdp-worker.py", "shout", broker.Address);
        await using var client = Sample("mdp-client.py", "shout", "grüezi", broker.Address);
        Assert.Equal((0, "GRÜEZI\n"), ((await client.EndAsync()) is var ended ? (ended.Code, ended.Output) : default));
        Assert.Equal("HELLO\n", (await broker.Hub.RunToEndAsync("call", "shout", "\"hello\"")).Output);
    }

    [Fact]
    public async Task The_sample_worker_begins_anew_on_another_connection_when_it_is_told_to_or_hears_nothing()
    {
        await using var router = new ZmtpSocket(ZmtpSocketType.Router);
        var address = router.Bind("tcp://127.0.0.1:0");
        await using var worker = Sample("mdp-worker.py", "shout", address);
        var first = await HearReadyAsync();
        await router.SendAsync(Frames.Of([first, [], "MDPW01"u8.ToArray(), [5]]), _stop);
        var second = await HearReadyAsync();
        var third = await HearReadyAsync();
        Assert.Equal(3, new[] { first, second, third }.Select(Convert.ToHexString).Distinct().Count());

        async Task<byte[]> HearReadyAsync()
        {
            var heard = await router.ReceiveAsync(_stop).AsTask().WaitAsync(ChildProcess.Patience, TimeProvider.System, _stop);
            Assert.Equal(["", "MDPW01", "\x01", "shout"], Enumerable.Range(1, heard.Count - 1).Select(heard.Text));
            return heard[0].ToArray();
        }
    }

    private static ChildProcess Sample(string name, params string[] arguments) =>
        ChildProcess.Start("/usr/bin/python3", [Repository.PathOf($"samples/{name}"), .. arguments]);

    [Fact]
    public async Task What_the_broker_does_is_shown_as_values()
    {
        await Peers.TalkAsync(broker.Address, "c > |WRONG|x", "d > |MDPC01|mmi.echo|hi", "d < |MDPC01|mmi.echo|hi|200");
        await using var watch = broker.Hub.RunCommand("watch", "/hub/majordomo/", "--json");
        await watch.OutputLineAsync(line => line.Contains("\"/hub/majordomo/rejected\"", StringComparison.Ordinal));
        await watch.OutputLineAsync(line => line.Contains("\"/hub/majordomo/requests\"", StringComparison.Ordinal));
        Assert.Contains(broker.Address, (await broker.Hub.RunToEndAsync("get", "/hub/majordomo/address")).Output, StringComparison.Ordinal);
    }
}
