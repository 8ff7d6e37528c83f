using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.SystemTests.Support;

/// <summary>
/// A real hub in a process of its own, with a data directory of its own, on a port of its own that it keeps over restarts; and the commands
/// as a user would run them against it.
/// </summary>
internal sealed class HubRunner : IAsyncDisposable
{
    /// <summary>The program in the tests' own folder, where its lines are counted when coverage is measured.</summary>
    public static readonly string Gatehouse = Path.Combine(AppContext.BaseDirectory, "Gatehouse");

    // What this machine may say to a hub of its own.
    private static readonly string[] Foreign = ["GATEHOUSE_HUB", "STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "NOTIFY_SOCKET"];

    private readonly string[] _settings;
    private readonly Dictionary<string, string?> _environment;
    private ChildProcess? _process;

    private HubRunner(string[] settings, IReadOnlyDictionary<string, string?>? environment, string? data)
    {
        Folder = Directory.CreateTempSubdirectory("gatehouse").FullName;
        Data = data ?? Path.Combine(Folder, "data");
        Address = new Uri($"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}/");
        _settings = [$"web.listen={Address.Authority}", .. settings];
        _environment = new(environment ?? new Dictionary<string, string?>());
        foreach (var name in Foreign) _environment.TryAdd(name, null);
    }

    /// <summary>Holds the data directory, and is a place for a test's own files. It goes with the runner.</summary>
    public string Folder { get; }

    public string Data { get; }

    public Uri Address { get; }

    /// <summary>The process that runs now, or ran last.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("The hub has not been started.");

    /// <summary>Starts a hub and waits until it serves.</summary>
    /// <param name="settings">Settings as <c>path=value</c>, beside the address.</param>
    /// <param name="environment">Variables for the hub and the commands; null takes one away.</param>
    /// <param name="data">The data directory; null for one in <see cref="Folder"/>.</param>
    public static async Task<HubRunner> StartAsync(
        string[]? settings = null, IReadOnlyDictionary<string, string?>? environment = null, string? data = null)
    {
        var runner = new HubRunner(settings ?? [], environment, data);
        try
        {
            await runner.StartAgainAsync();
            return runner;
        }
        catch
        {
            await runner.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the hub again after it was stopped or killed: the same address, the same data.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = Run(["run", "--data", Data, .. _settings.SelectMany(s => (string[])["--set", s])]);
        await _process.OutputLineAsync(line => line.StartsWith("READY ", StringComparison.Ordinal));
    }

    /// <summary>Asks it to stop, as systemd would, and waits until it has.</summary>
    public async Task<Ended> StopAsync()
    {
        await Process.SignalAsync("TERM");
        return await Process.EndAsync();
    }

    /// <summary>Ends it as a power cut would.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <summary>Runs a command against this hub to its end.</summary>
    public async Task<Ended> RunToEndAsync(params string[] arguments)
    {
        await using var command = RunCommand(arguments);
        return await command.EndAsync();
    }

    /// <summary>Starts a command against this hub, for tests that talk to it while it runs.</summary>
    public ChildProcess RunCommand(params string[] arguments) => Run([.. arguments, "--data", Data]);

    /// <summary>What sends requests to this hub; the caller disposes of it.</summary>
    public HttpClient Client() => new() { BaseAddress = Address };

    /// <summary>Starts a shell's line, in which <c>gatehouse</c> is a command against this hub.</summary>
    public ChildProcess RunShell(string line)
    {
        var environment = new Dictionary<string, string?>(_environment) { ["GATEHOUSE_HUB"] = Address.ToString().TrimEnd('/') };
        return ChildProcess.Start("bash", ["-c", $"gatehouse() {{ '{Gatehouse}' \"$@\"; }}; {line}"], environment);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private ChildProcess Run(string[] arguments) => ChildProcess.Start(Gatehouse, arguments, _environment);
}
