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
    private static readonly string[] Foreign =
        ["GATEHOUSE_HUB", "GATEHOUSE_TOKEN", "STATE_DIRECTORY", "XDG_DATA_HOME", "CONFIGURATION_DIRECTORY", "NOTIFY_SOCKET"];

    private const string Open = "OPEN ";

    private readonly string[] _settings;
    private readonly Dictionary<string, string?> _environment;
    private ChildProcess? _process;

    private HubRunner(string[] settings, IReadOnlyDictionary<string, string?>? environment, string? data)
    {
        Folder = Directory.CreateTempSubdirectory("gatehouse").FullName;
        Data = data ?? Path.Combine(Folder, ".local", "share", "gatehouse");
        Address = new Uri($"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}/");
        // No two hubs of tests meet at the default port.
        _settings = [$"web.listen={Address.Authority}", "majordomo.enabled=false", "clone.enabled=false", .. settings];
        _environment = new(environment ?? new Dictionary<string, string?>());
        foreach (var name in Foreign) _environment.TryAdd(name, null);
    }

    /// <summary>
    /// The home of the hub's user: holds the data directory, and is a place for a test's own files. It goes with the runner.
    /// </summary>
    public string Folder { get; }

    public string Data { get; }

    public Uri Address { get; }

    /// <summary>Settings of a hub whose broker listens on a free port.</summary>
    /// <param name="address">Where; it stays over restarts.</param>
    public static string[] WithBroker(out string address)
    {
        address = $"tcp://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}";
        return ["majordomo.enabled=true", $"majordomo.listen={address}"];
    }

    /// <summary>What the hub's own user shows it.</summary>
    public string Token => File.ReadAllText(Path.Combine(Data, "token")).Trim();

    /// <summary>The link that opens the page once; a start prints it.</summary>
    public Uri Link { get; private set; } = null!;

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
        if (IsInsecure) return;
        Link = new Uri((await _process.OutputLineAsync(line => line.StartsWith(Open, StringComparison.Ordinal)))[Open.Length..]);
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

    /// <summary>A link that opens the page once more.</summary>
    /// <param name="path">Which of its pages, without the first slash.</param>
    public async Task<Uri> NewLinkAsync(string path = "")
    {
        var made = await RunToEndAsync("code");
        Assert.Equal((0, ""), (made.Code, made.Error));
        return new Uri(made.Output.Trim().Replace("/#", $"/{path}#", StringComparison.Ordinal));
    }

    /// <summary>What sends requests to this hub, with its token; the caller disposes of it.</summary>
    public HttpClient Client() => new() { BaseAddress = Address, DefaultRequestHeaders = { Authorization = new("Bearer", Token) } };

    /// <summary>Starts a line of the shell of the hub's user, in which <c>gatehouse</c> is a command against this hub.</summary>
    public ChildProcess RunShell(string line)
    {
        var environment = new Dictionary<string, string?>(_environment)
        {
            ["HOME"] = Folder,
            ["GATEHOUSE_HUB"] = Address.ToString().TrimEnd('/'),
            ["GATEHOUSE_TOKEN"] = Token,
        };
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

    private bool IsInsecure => _settings.Contains("web.insecure=true");

    private ChildProcess Run(string[] arguments) => ChildProcess.Start(Gatehouse, arguments, _environment);
}
