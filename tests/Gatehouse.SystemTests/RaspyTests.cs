using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>What RasPy's own tests expect of its broker, with servers and a client that behave as RasPy's do.</summary>
public sealed class RaspyTests(BrokerHub broker) : IClassFixture<BrokerHub>
{
    [Fact]
    public async Task Its_servers_are_found_asked_and_gone_when_they_stop()
    {
        (string Key, string[] Names)[] servers =
        [
            ("localhost.core", ["mmi", "statistics", "cron", "scenario", "scenarios"]),
            ("localhost.fake", ["mmi", "statistics", "devices"]), ("localhost.onewire", ["mmi", "statistics", "devices"]),
            ("localhost.sync", ["mmi", "statistics", "."]), ("localhost.logger", ["mmi", "statistics", "log", "graph"]),
        ];
        var running = servers.Select(s => Peers.Start("raspy.py", [broker.Address, s.Key, .. s.Names])).ToList();
        try
        {
            foreach (var (server, (_, names)) in running.Zip(servers))
            {
                for (var (i, seen) = (0, 0); i < names.Length; i++, seen = 0)
                {
                    await server.OutputLineAsync(line => line.StartsWith("READY", StringComparison.Ordinal) && seen++ == i);
                }
            }
            var all = servers.SelectMany(s => s.Names.Select(n => n == "." ? s.Key : $"{s.Key}.{n}")).ToList();
            // They have sent READY; the broker has it when it answers for the last.
            foreach (var name in all) await UntilAsync("200", "mmi.service", name);

            var found = (await AskAsync("mmi.discovery", ".*")).Split('|');
            Assert.Equal("200", found[^1]);
            Assert.Empty(all.Append("hub.info").Except(found));
            Assert.Equal(found[..^1].Order(StringComparer.Ordinal), found[..^1]);
            Assert.Equal("localhost.fake.devices|localhost.onewire.devices|200", await AskAsync("mmi.discovery", @".*\.devices"));
            Assert.Equal("localhost.core.scenario|200", await AskAsync("mmi.discovery", @"core\.scenario$"));
            Assert.Equal("localhost.sync|200", await AskAsync("mmi.discovery", "sync$"));
            Assert.DoesNotContain("mmi", await AskAsync("mmi.discovery", @".*devices\..*|.*\.cron"), StringComparison.Ordinal);

            foreach (var (key, _) in servers)
            {
                await AnswersAsync($"{key}.mmi", ("status", "200"), ("xx", "501"));
                await AnswersAsync($"{key}.statistics", ("all", "200"), ("xx", "501"));
            }
            await AnswersAsync("localhost.core.scenario", ("info", "[]|200"), ("xx", "501"));
            await AnswersAsync("localhost.core.scenarios", ("list_keys", "|200"), ("xx", "501"));
            await AnswersAsync("localhost.fake.devices", ("list_keys", "200"), ("xx", "xx|501"));
            await AnswersAsync("localhost.sync", ("any", "200"));
            await AnswersAsync("localhost.logger.log", ("list_keys", "200"));

            // RasPy's says no DISCONNECT when it stops: its connection tells.
            await running[0].KillAsync();
            await UntilAsync("404", "mmi.service", "localhost.core.cron");
            Assert.Equal("localhost.fake.mmi|200", await AskAsync("mmi.discovery", @"(core|fake)\.mmi"));
        }
        finally
        {
            foreach (var server in running) await server.DisposeAsync();
        }
    }

    private async Task AnswersAsync(string service, params (string Frame, string Answer)[] expected)
    {
        foreach (var (frame, answer) in expected) Assert.Equal(answer, await AskAsync(service, frame));
    }

    private async Task UntilAsync(string answer, string service, string frame)
    {
        while (await AskAsync(service, frame) != answer) TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<string> AskAsync(string service, params string[] frames)
    {
        await using var client = Peers.Start("raspy.py", ["--ask", broker.Address, service, .. frames]);
        var ended = await client.EndAsync();
        Assert.True(ended.Code == 0, ended.Error);
        return ended.Output.Trim();
    }
}
