using Gatehouse.Parts;
using Gatehouse.Sdk;
using Gatehouse.Security;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// Keeps a clone server at its addresses. The hub waits for that at its start; while ports that nobody asked for are taken it runs without
/// them, and tries again.
/// </summary>
internal sealed partial class CloneConnector(
    CloneOptions options, IAccess access, Troubles troubles, TimeProvider time, ILogger<CloneConnector> logger)
    : IOpeningPart
{
    /// <summary>How long until default ports that were taken are tried again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // Three sockets in each of two sets.
    private const int Sockets = 6;

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _hasWarned;

    public string Name => CloneServer.Name;

    /// <summary>How many descriptors this process may have; null when that is not known.</summary>
    public long? FileLimit { get; init; } = OpenFiles.Limit();

    /// <summary>The ports that count as nobody's wish, and may be taken.</summary>
    public (int Short, int Full) Defaults { get; init; } = (CloneOptions.DefaultPort, CloneChpOptions.DefaultPort);

    public Task Opened => _opened.Task;

    /// <summary>Where it listens now for the short form: snapshots, updates, publishers; empty while it does not.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <summary>Where it listens now for the full form.</summary>
    public IReadOnlyList<string> ChpAddresses { get; private set; } = [];

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        if (!options.Enabled)
        {
            _opened.TrySetResult();
            return;
        }
        var perSocket = OpenFiles.PeersWithin(FileLimit, options.MaxPeers * Sockets) / Sockets;
        if (perSocket < options.MaxPeers && !_hasWarned) LogFewFiles(perSocket, FileLimit, options.MaxPeers);
        _hasWarned = true;
        await using var server = new CloneServer(hub, options, Math.Max(1, perSocket), access, time, logger);
        try
        {
            if (!await OpenAsync(server, stop)) return;
            await server.RunAsync(stop);
        }
        finally
        {
            (Addresses, ChpAddresses) = ([], []);
            troubles.Clear(Name);
            // Whatever kept it from opening, nobody is to wait for it any longer.
            _opened.TrySetResult();
        }
    }

    // False: it may not open at all, and has said so. A set whose ports are taken does not keep the other one from opening.
    private async Task<bool> OpenAsync(CloneServer server, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var taken = await TryListenAsync(server.Short, options.Port, Defaults.Short, "clone.port", at => Addresses = at, Addresses);
                if (server.Full is { } full)
                {
                    var also = await TryListenAsync(
                        full, options.Chp.Port, Defaults.Full, "clone.chp.port", at => ChpAddresses = at, ChpAddresses);
                    taken = taken is null ? also : $"{taken} {also}".TrimEnd();
                }
                server.Show([.. Addresses, .. ChpAddresses]);
                if (taken is null) break;
                if (!_opened.Task.IsCompleted) LogDefaultIsTaken(taken, Pause.TotalSeconds);
                troubles.Warn(Name, $"Some ZeroMQ programs cannot follow the hub's values: {taken}");
                _opened.TrySetResult();
            }
            catch (ListenException e) when (_opened.TrySetException(e))
            {
                return false;
            }
            await Task.Delay(Pause, time, stop);
        }
        troubles.Clear(Name);
        _opened.TrySetResult();
        return true;
    }

    // What is wrong, when it may be; null when it listens.
    private async Task<string?> TryListenAsync(
        ClonePorts ports, int port, int standard, string option, Action<IReadOnlyList<string>> listening, IReadOnlyList<string> present)
    {
        if (present.Count > 0) return null;
        try
        {
            var addresses = await ports.ListenAsync(options.Hosts(), port);
            listening(addresses);
            var all = string.Join(", ", addresses);
            LogListens(all);
            if (!addresses.All(Listening.IsOfThisMachine)) LogIsOpen(all);
            return null;
        }
        catch (ZmtpException e) when (options.Listen is null && port == standard)
        {
            return $"{e.Message} Free the port, or set {option} or clone.enabled.";
        }
        catch (ZmtpException e)
        {
            var set = options.Listen is null ? option : port == standard ? "clone.listen" : $"clone.listen and {option}";
            throw new ListenException($"{set}: {e.Message}", e);
        }
    }

    [LoggerMessage(12001, LogLevel.Information, "ZeroMQ programs follow and feed the values at {Addresses}")]
    private partial void LogListens(string addresses);

    [LoggerMessage(
        12002,
        LogLevel.Warning,
        "{Addresses}: this is open to the network, and the clone protocol has no passwords: whoever reaches it may read and set every "
        + "value")]
    private partial void LogIsOpen(string addresses);

    [LoggerMessage(
        12003, LogLevel.Warning, "Some ZeroMQ programs cannot follow the hub's values: {Reason} It tries again every {Seconds} s")]
    private partial void LogDefaultIsTaken(string reason, double seconds);

    [LoggerMessage(
        12004,
        LogLevel.Warning,
        "Only {Peers} ZeroMQ programs can be connected to a port of the clone server at once: the process may have {Files} open files, "
        + "too few for the {Wanted} of clone.maxPeers")]
    private partial void LogFewFiles(int peers, long? files, int wanted);
}
