using System.Text.Json;
using Gatehouse.Cli;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Majordomo;

namespace Gatehouse.Tests.Cli;

/// <summary>The commands that talk to a broker.</summary>
public sealed class MdpCommandTests
{
    [Fact]
    public async Task A_reply_is_printed_as_over_HTTP()
    {
        await using var broker = Answering("21.50", "plain text", "{\"a\": 1}");
        var run = await Commands().RunAsync("call", "lamp", """["on", {"level": 0.5}]""", "--mdp", broker.Address);
        Assert.Equal((0, "21.50\nplain text\n{\"a\": 1}\n", ""), (run.Code, run.Output, run.Error));
        var json = await Commands().RunAsync("call", "lamp", "--json", "--mdp", broker.Address);
        Assert.Equal("""{"frames":[21.50,"plain text",{"a": 1}]}""" + "\n", json.Output);
    }

    [Fact]
    public async Task Frames_are_those_of_the_JSON()
    {
        await using var broker = new ScriptedBroker();
        var run = Commands().RunAsync("call", "lamp", """["on", {"level": 0.5}, 7]""", "--mdp", broker.Address);
        var request = await broker.ReceiveAsync();
        Assert.Equal(["", "MDPC01", "lamp", "on", """{"level": 0.5}""", "7"], request.Text);
        broker.Reply(request, "ok");
        Assert.Equal("ok\n", (await run).Output);
    }

    [Theory]
    [InlineData("lamp", "404", "The broker, or the service itself, answered 404: nobody serves 'lamp'.")]
    [InlineData("lamp", "500", "The broker, or the service itself, answered 500: 'lamp' did not do it.")]
    [InlineData("lamp", "403", "The broker, or the service itself, answered 403: 'lamp' may not be called by everybody.")]
    [InlineData("lamp", "501", null)]
    [InlineData("mmi.service", "404", null)]
    public async Task A_status_that_refuses_is_a_failure(string service, string status, string? message)
    {
        await using var broker = Answering(status);
        var run = await Commands().RunAsync("call", service, "--mdp", broker.Address);
        Assert.Equal(
            (message is null ? 0 : 1, status + "\n", message is null ? "" : $"gatehouse: {message}\n"), (run.Code, run.Output, run.Error));
    }

    [Fact]
    public async Task What_does_not_answer_is_told()
    {
        await using var broker = new ScriptedBroker();
        var late = await Commands().RunAsync("call", "lamp", "--deadline", "0.05", "--mdp", broker.Address);
        Assert.Equal((1, ""), (late.Code, late.Output));
        Assert.Equal($"gatehouse: 'lamp' did not answer in 0.05 s, by way of the broker at {broker.Address}.\n", late.Error);
        var absent = await Commands().RunAsync("call", "lamp", "--deadline", "0.2", "--mdp", "tcp://127.0.0.1:1");
        Assert.Equal((3, ""), (absent.Code, absent.Output));
        Assert.StartsWith("gatehouse: No broker answers at tcp://127.0.0.1:1: ", absent.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:5514", "an address begins with tcp:// or ipc://.")]
    [InlineData("tcp://127.0.0.1:0", "a host and a port are needed.")]
    [InlineData("tcp://*:5514", "a host and a port are needed.")]
    public async Task An_address_that_is_none_is_refused(string address, string reason)
    {
        var run = await Commands().RunAsync("call", "lamp", "--mdp", address);
        Assert.Equal(2, run.Code);
        Assert.Contains($"--mdp: '{address}': {reason}", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await Commands().RunAsync("bench", "broker", "--mdp", address)).Code);
    }

    [Fact]
    public async Task A_broker_is_loaded_and_measured()
    {
        await using var broker = Forwarding();
        var run = await Commands().RunAsync(
            "bench", "broker", "--mdp", broker.Address, "--workers", "2", "--clients", "2", "--window", "10", "--seconds", "0.2", "--json");
        Assert.True(run.Code == 0, run.Error + run.Output);
        var result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(
            ["requests", "requestsPerSecond", "p50", "p99", "p999", "errors"], result.EnumerateObject().Select(p => p.Name));
        Assert.True(result.GetProperty("requests").GetInt64() > 0);
        Assert.InRange(result.GetProperty("p50").GetDouble(), 0.000_001, result.GetProperty("p999").GetDouble());
        var text = await Commands().RunAsync("bench", "broker", "--mdp", broker.Address, "--seconds", "0.1", "--size", "1000");
        Assert.Matches(
            "^WHAT        VALUE\nrequests/s  [0-9,]+\np50 +[0-9.]+ ms\np99 +[0-9.]+ ms\np99.9 +[0-9.]+ ms\nerrors      0\n$", text.Output);
    }

    [Fact]
    public async Task A_broker_that_refuses_is_no_success()
    {
        await using var broker = Answering("404");
        var run = await Commands().RunAsync("bench", "broker", "--mdp", broker.Address, "--window", "1", "--seconds", "0.05", "--json");
        Assert.Equal(1, run.Code);
        Assert.True(JsonDocument.Parse(run.Output).RootElement.GetProperty("errors").GetInt64() > 0);
    }

    [Theory]
    [InlineData("--workers", "0", "--workers: '0' is not a number from 1 to 1000.")]
    [InlineData("--size", "7", "--size: '7' is not a number from 8 to 1048576.")]
    [InlineData("--window", "many", "--window: 'many' is not a number from 1 to 100000.")]
    public async Task A_load_out_of_range_is_refused(string option, string value, string message)
    {
        var run = await Commands().RunAsync("bench", "broker", option, value);
        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Latencies_are_counted_to_three_per_cent()
    {
        var counts = new LatencyCounts();
        Assert.Equal(0, counts.Quantile(0.5));
        for (var i = 1; i <= 100_000; i++) counts.Add(TimeSpan.FromTicks(i));
        Assert.Equal(100_000, counts.Total);
        Assert.All(
            (double[])[0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1],
            share => Assert.InRange(counts.Quantile(share) * TimeSpan.TicksPerSecond / (share * 100_000), 0.999, 1.035));
        counts.Clear();
        counts.Add(TimeSpan.FromTicks(-5));
        counts.Add(TimeSpan.MaxValue);
        Assert.Equal(0, counts.Quantile(0.5));
        Assert.InRange(counts.Quantile(1) / TimeSpan.MaxValue.TotalSeconds, 0.99, 1.01);
    }

    // These talk to sockets, whose time is the system's.
    private static Commands Commands() => new() { Time = TimeProvider.System };

    private static ScriptedBroker Answering(params string[] body)
    {
        var broker = new ScriptedBroker();
        broker.Answer = (peer, request) =>
        {
            if (request.Text(1) == "MDPC01") peer.Write(ScriptedBroker.Of(["", "MDPC01", request.Text(2), .. body]));
        };
        return broker;
    }

    // As much of a broker as a load needs: workers in turn, clients by number.
    private static ScriptedBroker Forwarding()
    {
        var workers = new List<ZmtpPeer>();
        var clients = new Dictionary<string, ZmtpPeer>();
        var (turn, services) = (0, new Dictionary<ZmtpPeer, string>());
        var broker = new ScriptedBroker();
        broker.Answer = (peer, message) =>
        {
            switch (message.Text(1), message.Text(2))
            {
                case ("MDPW01", "\u0001"):
                    workers.Add(peer);
                    services[peer] = message.Text(3);
                    break;
                case ("MDPW01", "\u0003"):
                    clients[message.Text(3)].Write(Frames.Of([[], "MDPC01"u8.ToArray(), Bytes(services[peer]), message[5].ToArray()]));
                    break;
                case ("MDPW01", "\u0005"):
                    workers.Remove(peer);
                    break;
                case ("MDPC01", _):
                    var address = $"{peer.Address}";
                    clients[address] = peer;
                    workers[turn++ % workers.Count].Write(
                        Frames.Of([[], "MDPW01"u8.ToArray(), [2], Bytes(address), [], message[3].ToArray()]));
                    break;
            }
        };
        return broker;
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
