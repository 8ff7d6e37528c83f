using System.Globalization;

namespace Gatehouse.SystemTests.Support;

/// <summary>The programs on libzmq that the hub's broker is tested with; they lie in <c>Peers/</c> and know nothing of this code.</summary>
internal static class Peers
{
    private const string Folder = "tests/Gatehouse.SystemTests/Peers";

    // No compiled files beside the sources.
    private static readonly Dictionary<string, string?> Environment = new() { ["PYTHONDONTWRITEBYTECODE"] = "1" };

    /// <summary>Starts one of the Python programs, with the distribution's Python, which has the distribution's libzmq.</summary>
    public static ChildProcess Start(string script, params IEnumerable<string> arguments) =>
        ChildProcess.Start("/usr/bin/python3", [Repository.PathOf($"{Folder}/{script}"), .. arguments], Environment);

    /// <summary>As <see cref="Start"/>, in a network namespace.</summary>
    public static ChildProcess StartIn(string network, string script, params IEnumerable<string> arguments) =>
        ChildProcess.Start(
            "ip", ["netns", "exec", network, "/usr/bin/python3", Repository.PathOf($"{Folder}/{script}"), .. arguments], Environment);

    /// <summary>Starts a worker and waits until it has sent READY.</summary>
    public static async Task<ChildProcess> WorkerAsync(string address, string layout, string service, string name, params string[] options)
    {
        var worker = Start("worker.py", [address, layout, service, name, .. options]);
        await worker.OutputLineAsync(line => line == "READY");
        return worker;
    }

    /// <summary>Asks once and returns what the client printed; fails when it did.</summary>
    public static async Task<string> AskAsync(string address, string layout, string service, params string[] more)
    {
        await using var client = Start("client.py", [address, layout, service, .. more]);
        var ended = await client.EndAsync();
        Assert.True(ended.Code == 0, $"{layout} {service}\n{ended.Output}{ended.Error}");
        return ended.Output;
    }

    /// <summary>Speaks a conversation, see <c>talk.py</c>.</summary>
    public static async Task TalkAsync(string address, params string[] steps)
    {
        await using var talk = Start("talk.py", [address, .. steps]);
        var ended = await talk.EndAsync();
        Assert.True(ended.Code == 0, ended.Error);
    }

    /// <summary>Compiles the peer in C, in a folder of the caller's.</summary>
    public static async Task<string> CompileAsync(string folder)
    {
        var program = Path.Combine(folder, "peer");
        await using var compiler = ChildProcess.Start(
            "gcc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program, Repository.PathOf($"{Folder}/peer.c"), "-lzmq"]);
        var ended = await compiler.EndAsync();
        Assert.True(ended.Code == 0, ended.Error);
        return program;
    }
}

/// <summary>What a client with requests in flight sums up at its end, see <c>lanes.py</c>.</summary>
internal sealed record LaneSum(int Sent, int Ok, int Errors, int Lost, int Twice, int Broken, double Slowest)
{
    /// <summary>Tells the client to stop, waits for the rest of its answers, and reads the sum.</summary>
    public static async Task<LaneSum> OfAsync(ChildProcess client)
    {
        await client.SignalAsync("TERM");
        var ended = await client.EndAsync(TimeSpan.FromSeconds(90));
        Assert.True(ended.Code == 0, ended.Output + ended.Error);
        var line = ended.Output.Split('\n').Single(l => l.StartsWith("SUM ", StringComparison.Ordinal));
        var numbers = line.Split(' ')[1..];
        var counts = numbers[..6].Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new LaneSum(
            counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], double.Parse(numbers[6], CultureInfo.InvariantCulture));
    }

    /// <summary>Every request ended once: with an answer, with an error, or with the connection to a hub that went.</summary>
    public void IsWhole()
    {
        Assert.Equal((0, 0), (Lost, Twice));
        Assert.Equal(Sent, Ok + Errors + Broken);
        Assert.True(Ok > 0, ToString());
    }
}
