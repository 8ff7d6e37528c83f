using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>The hub as a process: how it starts, reloads and ends, and what it says of that.</summary>
public sealed class ProcessTests
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_in_good_order_within_five_seconds(string signal)
    {
        await using var hub = await HubRunner.StartAsync();
        using var http = hub.Client();
        using var stream = await http.GetStreamAsync("/api/changes", _stop); // must not hold it up
        var start = TimeProvider.System.GetTimestamp();
        await hub.Process.SignalAsync(signal);
        var ended = await hub.Process.EndAsync();
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 5);
        Assert.False(File.Exists(Path.Combine(hub.Data, "hub.json")));
    }

    [Fact]
    public async Task It_is_ready_when_it_says_so()
    {
        await using var hub = await HubRunner.StartAsync();
        Assert.Matches(
            $"^READY {hub.Address.ToString().TrimEnd('/')}\nOPEN {hub.Address}#code=[0-9A-Z]{{5}}-[0-9A-Z]{{5}}\n"
            + "The link opens the page, once; ",
            hub.Process.Output);
        using var http = hub.Client();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/readyz", _stop)).StatusCode);
        Assert.Equal("ok\n", await http.GetStringAsync("/healthz", _stop));
        using var api = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json", _stop));
        Assert.Superset(
            new HashSet<string>
            {
                "/api/values", "/api/values/{path}", "/api/changes", "/api/services", "/api/services/{name}", "/api/devices",
            },
            api.RootElement.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToHashSet());
    }

    [Fact]
    public async Task A_second_hub_on_the_same_data_names_the_first_and_leaves_it_alone()
    {
        await using var hub = await HubRunner.StartAsync();
        var second = await hub.RunToEndAsync("run");
        Assert.Equal(1, second.Code);
        Assert.Contains($"is in use by the hub with process id {hub.Process.Id}", second.Error, StringComparison.Ordinal);
        Assert.Contains(hub.Address.ToString().TrimEnd('/'), second.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await hub.RunToEndAsync("get", "/hub/part/tree/state")).Code);
    }

    [Fact]
    public async Task Wrong_settings_stop_the_start_with_every_place()
    {
        await using var hub = await HubRunner.StartAsync();
        var file = Path.Combine(hub.Folder, "gatehouse.json");
        await File.WriteAllTextAsync(file, """
            {
              // drivers
              "drivers": { "sytem": { "enabled": true } },
              "hub": { "name": 5 },
            }
            """, _stop);
        foreach (var command in new[] { "check", "run" })
        {
            var ended = await hub.RunToEndAsync(command, "--config", file);
            Assert.Equal((2, ""), (ended.Code, ended.Output));
            Assert.Equal(
                $"{file}:3:16: drivers.sytem: unknown option; did you mean 'drivers.system'?\n"
                + $"{file}:4:20: hub.name: expected 1 to 63 letters, digits, '-' or '_', found 5\n",
                ended.Error);
        }
        Assert.Equal(0, (await hub.RunToEndAsync("check")).Code);
    }

    [Fact]
    public async Task Hot_options_change_on_sighup_and_the_rest_is_reported()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse").FullName;
        var file = Path.Combine(folder, "gatehouse.json");
        var environment = new Dictionary<string, string?> { ["CONFIGURATION_DIRECTORY"] = folder };
        await using (var hub = await HubRunner.StartAsync(environment: environment))
        {
            Assert.Equal(0, (await hub.RunToEndAsync("get", "/hub/part/system/state")).Code);
            await File.WriteAllTextAsync(file, """{"drivers": {"system": {"enabled": false}}, "hub": {"name": "attic"}}""", _stop);
            await hub.Process.SignalAsync("HUP");
            await hub.Process.ErrorLineAsync(l => l.Contains("drivers.system.enabled", StringComparison.Ordinal));
            await hub.Process.ErrorLineAsync(
                l => l.Contains("hub.name", StringComparison.Ordinal) && l.Contains("restart", StringComparison.Ordinal));
            await File.WriteAllTextAsync(file, "{", _stop);
            await hub.Process.SignalAsync("HUP");
            await hub.Process.ErrorLineAsync(l => l.Contains("gatehouse.json:1:", StringComparison.Ordinal));
            Assert.Equal(0, (await hub.StopAsync()).Code);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_port_that_was_asked_for_and_is_taken_stops_the_start_and_another_is_found_when_none_was()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var hub = await HubRunner.StartAsync();
        var other = Path.Combine(hub.Folder, "other");
        var ended = await ChildProcess.Start(
            HubRunner.Gatehouse, ["run", "--data", other, "--set", $"web.listen={taken.LocalEndpoint}"]).EndAsync();
        Assert.Equal(1, ended.Code);
        Assert.Contains($"{taken.LocalEndpoint}", ended.Error, StringComparison.Ordinal);
        Assert.Contains("in use", ended.Error, StringComparison.OrdinalIgnoreCase);
        string[] busy = ["--set", "web.listen=127.0.0.1:0", "--set", $"majordomo.listen=tcp://{taken.LocalEndpoint}"];
        ended = await ChildProcess.Start(HubRunner.Gatehouse, ["run", "--data", other, .. busy]).EndAsync();
        Assert.Equal((1, ""), (ended.Code, ended.Output));
        Assert.Contains(
            $"gatehouse: majordomo.listen: 'tcp://{taken.LocalEndpoint}' cannot be used: another program listens there.",
            ended.Error, StringComparison.Ordinal);

        await using var first = ChildProcess.Start(HubRunner.Gatehouse, ["run", "--data", other + "1"]);
        var address = await first.OutputLineAsync(l => l.StartsWith("READY", StringComparison.Ordinal));
        await using var second = ChildProcess.Start(HubRunner.Gatehouse, ["run", "--data", other + "2"]);
        Assert.NotEqual(address, await second.OutputLineAsync(l => l.StartsWith("READY", StringComparison.Ordinal)));
        // One of them has the default port for ZeroMQ programs, unless yet another program has it; the second one does without.
        Assert.Contains("cannot reach the hub: 'tcp://127.0.0.1:5514' cannot be used", second.Error, StringComparison.Ordinal);
        var trouble = await ChildProcess.Start(HubRunner.Gatehouse, ["get", "/hub/trouble/majordomo", "--data", other + "2"]).EndAsync();
        Assert.Contains("cannot reach the hub", trouble.Output, StringComparison.Ordinal);
        var got = await ChildProcess.Start(HubRunner.Gatehouse, ["get", "/hub/part/tree/state", "--data", other + "2"]).EndAsync();
        Assert.Equal(0, got.Code);
    }

    [Fact]
    public async Task Systemd_is_told()
    {
        var path = Path.Combine(Path.GetTempPath(), $"gatehouse-{Guid.NewGuid():N}");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        var environment = new Dictionary<string, string?> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "400000" };
        await using (var hub = await HubRunner.StartAsync(environment: environment))
        {
            await HearsAsync($"READY=1\nSTATUS=serving at {hub.Address.ToString().TrimEnd('/')}");
            await HearsAsync("WATCHDOG=1");
            await hub.Process.SignalAsync("HUP");
            await HearsAsync("RELOADING=1\nMONOTONIC_USEC=");
            await HearsAsync("READY=1");
            await hub.Process.SignalAsync("TERM");
            await HearsAsync("STOPPING=1");
            await hub.Process.EndAsync();
        }
        File.Delete(path);

        async Task HearsAsync(string wanted)
        {
            var buffer = new byte[4096];
            while (true)
            {
                var count = await systemd.ReceiveAsync(buffer, _stop).AsTask().WaitAsync(ChildProcess.Patience, TimeProvider.System);
                if (Encoding.UTF8.GetString(buffer, 0, count).StartsWith(wanted, StringComparison.Ordinal)) return;
            }
        }
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_is_said_so()
    {
        await using var hub = await HubRunner.StartAsync();
        var ended = await ChildProcess.Start(HubRunner.Gatehouse, ["run", "--data", "/proc/gatehouse"]).EndAsync();
        Assert.Equal(1, ended.Code);
        Assert.StartsWith("gatehouse: the data directory /proc/gatehouse cannot be used: ", ended.Error, StringComparison.Ordinal);
    }
}
