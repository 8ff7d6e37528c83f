using Gatehouse.Parts;
using Gatehouse.Sdk;
using Gatehouse.Security;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// Keeps a broker at its addresses. The hub waits for that at its start; when the default address is taken it runs without one until that
/// is free.
/// </summary>
internal sealed partial class MajordomoConnector(
    MajordomoOptions options, IAccess access, Troubles troubles, TimeProvider time, ILogger<MajordomoConnector> logger)
    : IOpeningPart
{
    /// <summary>How long until a default address that was taken is tried again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _hasWarned;

    public string Name => "majordomo";

    /// <summary>How many descriptors this process may have; null when that is not known.</summary>
    public long? FileLimit { get; init; } = OpenFiles.Limit();

    /// <summary>Where it listens when the options do not say.</summary>
    public string Default { get; init; } = MajordomoOptions.DefaultListen;

    public Task Opened => _opened.Task;

    /// <summary>Where it listens now; empty while it does not.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        if (!options.Enabled)
        {
            _opened.TrySetResult();
            return;
        }
        var maxPeers = OpenFiles.PeersWithin(FileLimit, options.MaxPeers);
        if (maxPeers < options.MaxPeers && !_hasWarned) LogFewFiles(maxPeers, FileLimit, options.MaxPeers);
        _hasWarned = true;
        await using var broker = new MajordomoBroker(hub, options, maxPeers, access, time, logger);
        try
        {
            if (!await OpenAsync(broker, stop)) return;
            await broker.RunAsync(stop);
        }
        finally
        {
            Addresses = [];
            troubles.Clear(Name);
            // Whatever kept it from opening, nobody is to wait for it any longer.
            _opened.TrySetResult();
        }
    }

    // False: it may not open at all, and has said so.
    private async Task<bool> OpenAsync(MajordomoBroker broker, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                Addresses = [.. (options.Addresses() ?? [Default]).Select(broker.Listen)];
                break;
            }
            catch (ZmtpException e) when (options.Listen is null)
            {
                if (!_opened.Task.IsCompleted) LogDefaultIsTaken(e.Message, Pause.TotalSeconds);
                troubles.Warn(
                    Name,
                    $"ZeroMQ programs cannot reach the hub: {e.Message} Free the port, or set majordomo.listen or majordomo.enabled.");
                _opened.TrySetResult();
            }
            catch (ZmtpException e) when (_opened.TrySetException(new ListenException($"majordomo.listen: {e.Message}", e)))
            {
                return false;
            }
            await Task.Delay(Pause, time, stop);
        }
        troubles.Clear(Name);
        foreach (var address in Addresses)
        {
            LogListens(address);
            if (!Listening.IsOfThisMachine(address)) LogIsOpen(address);
        }
        broker.Show(Addresses);
        _opened.TrySetResult();
        return true;
    }

    [LoggerMessage(10001, LogLevel.Information, "ZeroMQ programs reach the hub at {Address}")]
    private partial void LogListens(string address);

    [LoggerMessage(
        10002,
        LogLevel.Warning,
        "{Address} is open to the network, and the Majordomo protocol has no passwords: whoever reaches it may call every service")]
    private partial void LogIsOpen(string address);

    [LoggerMessage(10003, LogLevel.Warning, "ZeroMQ programs cannot reach the hub: {Reason} It tries again every {Seconds} s")]
    private partial void LogDefaultIsTaken(string reason, double seconds);

    [LoggerMessage(
        10004,
        LogLevel.Warning,
        "Only {Peers} ZeroMQ programs can be connected at once: the process may have {Files} open files, too few for the {Wanted} of "
        + "majordomo.maxPeers")]
    private partial void LogFewFiles(int peers, long? files, int wanted);
}
