using System.Text.RegularExpressions;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>The single-file programs compile, run, and are what the documents show.</summary>
public sealed class SampleTests
{
    // A first build on a loaded machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    // No build server stays behind.
    private static readonly Dictionary<string, string?> Environment = new()
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["UseSharedCompilation"] = "false",
    };

    // A server with a snapshot at number 5 and an update, that then begins again at 1, as one that was restarted does.
    private const string Counting = """
        import struct, sys, zmq
        context = zmq.Context()
        asked, updates = context.socket(zmq.ROUTER), context.socket(zmq.XPUB)
        asked.bind(f"tcp://127.0.0.1:{sys.argv[1]}")
        updates.bind(f"tcp://127.0.0.1:{int(sys.argv[1]) + 1}")
        def number(n): return struct.pack("!l", n)
        def snapshot(key, body, last):
            peer = asked.recv_multipart()[0]
            asked.send_multipart([peer, key, number(last), body])
            asked.send_multipart([peer, b"KTHXBAI", number(last), b""])
            return peer
        updates.recv()
        first = snapshot(b"a", b"old", 5)
        updates.send_multipart([b"c", number(6), b"\xff"])
        updates.send_multipart([b"x", number(1), b"in the snapshot"])
        assert snapshot(b"b", b"new", 1) != first
        updates.send_multipart([b"b", number(2), b"again"])
        context.destroy(5000)
        """;

    public static TheoryData<string> Samples =>
        [.. Directory.GetFiles(Repository.PathOf("samples"), "*.cs").Select(path => Path.GetFileName(path))];

    public static TheoryData<string> Moving =>
    [
        "../zeromq.md", "../clone.md", "../titanic.md",
        .. Directory.GetFiles(Repository.PathOf("docs/moving"), "*.md").Select(path => Path.GetFileName(path)),
    ];

    [Theory, MemberData(nameof(Samples))]
    public async Task A_sample_compiles_and_is_short(string sample)
    {
        Assert.InRange((await File.ReadAllLinesAsync(PathOf(sample), TestContext.Current.CancellationToken)).Length, 1, 40);
        var ended = await RunAsync("build", PathOf(sample), "-v", "quiet");
        Assert.True(ended.Code == 0, ended.Output + ended.Error);
    }

    [Fact]
    public async Task The_sample_of_device_types_prints_what_the_document_shows()
    {
        var ended = await RunAsync("run", PathOf("device-types.cs"));
        Assert.True(ended.Code == 0, ended.Output + ended.Error);
        var document = await File.ReadAllTextAsync(Repository.PathOf("docs/moving/raspy.md"), TestContext.Current.CancellationToken);
        var shown = $"```\n$ dotnet run samples/device-types.cs\n{ended.Output.Trim()}\n```";
        Assert.Contains(shown, document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_samples_of_Majordomo_meet_at_a_broker()
    {
        await using var broker = await PythonBroker.StartAsync();
        // Built before: a start is waited for less long than a build.
        string[] samples = ["mdp-worker.cs", "mdp-client.cs", "raspy-client.cs"];
        foreach (var sample in samples)
        {
            var built = await RunAsync("build", PathOf(sample), "-v", "quiet");
            Assert.True(built.Code == 0, built.Output + built.Error);
        }
        await using var worker = ChildProcess.Start("dotnet", ["run", "--no-build", PathOf(samples[0]), broker.Address], Environment);
        await broker.WorkerAsync("localhost.shout");
        var client = await RunAsync("run", "--no-build", PathOf(samples[1]), broker.Address);
        Assert.Equal(new Ended(0, "HELLO\nWORLD\n", ""), client);
        var raspy = await RunAsync("run", "--no-build", PathOf(samples[2]), $"{new Uri(broker.Address).Port}");
        Assert.Equal((0, ""), (raspy.Code, raspy.Error));
        Assert.Equal(["HELLO", "localhost.shout"], raspy.Output.Trim().Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_samples_of_clone_and_of_Titanic_do_what_their_counterparts_in_Python_do()
    {
        string[] settings = [.. HubRunner.WithBroker(out var broker), .. HubRunner.WithClone(out var port, out _)];
        await using var hub = await HubRunner.StartAsync(settings);
        foreach (var sample in (string[])["clone-publish.cs", "clone-watch.cs", "titanic-client.cs"])
        {
            var built = await RunAsync("build", PathOf(sample), "-v", "quiet");
            Assert.True(built.Code == 0, built.Output + built.Error);
        }
        var (server, first) = ($"tcp://127.0.0.1:{port}", $"{port}");
        string[] follow = ["run", "--no-build", PathOf("clone-watch.cs"), server, "sensors"];
        await using var watch = ChildProcess.Start("dotnet", follow, Environment);
        await using var python = Python("clone-watch.py", "/sensors/", "127.0.0.1", first);
        Assert.Equal(new Ended(0, "", ""), await RunAsync("run", "--no-build", PathOf("clone-publish.cs"), server, "hall", "20"));
        await using var publish = Python("clone-publish.py", "/sensors/attic", "31", $"tcp://127.0.0.1:{port + 2}");
        Assert.Equal(0, (await publish.EndAsync()).Code);
        foreach (var watcher in (ChildProcess[])[watch, python])
        {
            await watcher.OutputLineAsync(line => line == "/sensors/hall = 20");
            await watcher.OutputLineAsync(line => line == "/sensors/attic = 31");
        }

        await using var worker = Python("mdp-worker.py", "localhost.shout", broker);
        var asked = await RunAsync("run", "--no-build", PathOf("titanic-client.cs"), broker, "mine");
        Assert.Equal(new Ended(0, "mine is kept\nHELLO\n", ""), asked);
        await using var client = Python("titanic-client.py", "localhost.shout", "hello", broker);
        Assert.EndsWith(" is kept\nHELLO\n", (await client.EndAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_watcher_in_Python_goes_on_when_numbers_begin_again_and_over_bytes_that_are_no_text()
    {
        var port = HubRunner.FreePorts();
        await using var server = ChildProcess.Start("/usr/bin/python3", ["-c", Counting, $"{port}"], Environment);
        await using var watch = Python("clone-watch.py", "", "127.0.0.1", $"{port}");
        await watch.OutputLineAsync(line => line == "b = again");
        Assert.Equal(["a = old", "c = \ufffd", "b = new", "b = again"], watch.Output.Trim().Split('\n'));
        Assert.Equal(new Ended(0, "", ""), await server.EndAsync());
    }

    [Theory]
    [InlineData("zeromq-requests.cs", "how warm is it? 21.5")]
    [InlineData("zeromq-news.cs", "hall.temperature: 21.5")]
    public async Task A_sample_of_sockets_prints_what_came(string sample, string expected)
    {
        var ended = await RunAsync("run", PathOf(sample));
        Assert.True(ended.Code == 0, ended.Output + ended.Error);
        Assert.Equal(expected, ended.Output.Trim());
    }

    [Theory, MemberData(nameof(Moving))]
    public void The_programs_in_a_document_are_samples(string document)
    {
        var samples = Directory.GetFiles(Repository.PathOf("samples"), "*.cs").Select(File.ReadAllText).ToList();
        var text = File.ReadAllText(Repository.PathOf($"docs/moving/{document}"));
        Assert.All(
            Regex.Matches(text, "```csharp\n(.*?)```", RegexOptions.Singleline),
            program => Assert.Contains(samples, sample => sample.Contains(program.Groups[1].Value, StringComparison.Ordinal)));
    }

    private static ChildProcess Python(string sample, params string[] arguments) =>
        ChildProcess.Start("/usr/bin/python3", [PathOf(sample), .. arguments], Environment);

    private static string PathOf(string sample) => Repository.PathOf($"samples/{sample}");

    private static async Task<Ended> RunAsync(params string[] arguments)
    {
        await using var dotnet = ChildProcess.Start("dotnet", arguments, Environment);
        return await dotnet.EndAsync(Patience);
    }
}
