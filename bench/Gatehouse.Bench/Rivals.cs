using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Bench;

/// <summary>
/// The C programs in bench/rivals: what the hub is measured against, and what loads both. Built by the system's compiler.
/// </summary>
internal sealed class Rivals : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gatehouse-rivals");

    private Rivals() { }

    public static async Task<Rivals> BuildAsync()
    {
        var rivals = new Rivals();
        var sources = System.IO.Path.Combine(ResultTable.Root, "bench", "rivals");
        await Task.WhenAll(Directory.EnumerateFiles(sources, "*.c").Select(source =>
        {
            var name = System.IO.Path.GetFileNameWithoutExtension(source);
            return RunProgramAsync("gcc", ["-O2", source, "-o", rivals.Path(name), "-lczmq", "-lzmq", "-lpthread"]);
        }));
        return rivals;
    }

    public string Path(string program) => System.IO.Path.Combine(_folder.FullName, program);

    /// <summary>Runs one to its end and returns what it printed.</summary>
    public Task<string> RunAsync(string program, IEnumerable<string> arguments) => RunProgramAsync(Path(program), arguments);

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> RunProgramAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}

/// <summary>A broker in a process of its own, on a port of its own.</summary>
internal sealed class RivalBroker : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo? _data;

    private RivalBroker(string name, int port, Process process, DirectoryInfo? data = null) =>
        (Name, Port, _process, _data) = (name, port, process, data);

    public string Name { get; }

    public int Port { get; }

    public int Process => _process.Id;

    /// <summary>Where a hub keeps its data.</summary>
    public string Data => _data!.FullName;

    public static async Task<RivalBroker> NativeAsync(string name, string program)
    {
        var port = FreePort();
        return await WaitAsync(new RivalBroker(name, port, Start(program, [port.ToString(CultureInfo.InvariantCulture)])));
    }

    /// <summary>A whole hub, as it is by default but for its ports and its data.</summary>
    /// <param name="settings">Further settings, as <c>path=value</c>.</param>
    public static async Task<RivalBroker> HubAsync(params string[] settings)
    {
        var port = FreePort();
        var data = Directory.CreateTempSubdirectory("gatehouse-bench");
        var process = StartHubAsync(
        [
            "run", "--data", data.FullName, "--set", "web.listen=127.0.0.1:0",
            "--set", string.Create(CultureInfo.InvariantCulture, $"majordomo.listen=tcp://127.0.0.1:{port}"),
            .. settings.SelectMany(setting => (string[])["--set", setting]),
        ]);
        return new RivalBroker("Gatehouse", port, await process, data);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data?.Delete(recursive: true);
    }

    private static async Task<Process> StartHubAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Gatehouse"), arguments) { RedirectStandardOutput = true };
        var process = System.Diagnostics.Process.Start(start)!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) ready.TrySetException(new InvalidOperationException("The hub ended before it was ready."));
            else if (line.Data.StartsWith("READY", StringComparison.Ordinal)) ready.TrySetResult();
        };
        process.BeginOutputReadLine();
        await ready.Task;
        return process;
    }

    private static Process Start(string program, string[] arguments)
    {
        var process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task<RivalBroker> WaitAsync(RivalBroker broker)
    {
        for (var deadline = Stopwatch.GetTimestamp(); ;)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, broker.Port);
                return broker;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(deadline).TotalSeconds < 20 && !broker._process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
