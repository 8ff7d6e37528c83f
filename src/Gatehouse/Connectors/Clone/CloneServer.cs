using System.Net;
using System.Runtime.CompilerServices;
using Gatehouse.Parts;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Security;
using Gatehouse.Tree;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// The clone server at work: one thread with the sockets of both sets of ports, the watch that brings what the tree changed, and the way
/// of publishers' updates into it.
/// </summary>
internal sealed partial class CloneServer : ICloneOutput, IRoundEnd, IAsyncDisposable
{
    /// <summary>What it is called as a part, and in the origin of what publishers set.</summary>
    public const string Name = "clone";

    // So many updates are set before what they changed is published, within one round; and so many are published in one round.
    private const int MostUnpublished = 4096, MostPublished = 32_768;

    // What may wait for the reader of a snapshot: enough that the system has always something to send.
    private const int Ahead = 256 * 1024;

    private static readonly TimeSpan ShowPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WarningPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private static readonly Origin Own = new(Name);

    private readonly ILogger _logger;
    private readonly IoLoop _loop;
    private readonly OwnedWrites _writes;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The loop's.
    private readonly CloneCore _core;
    private readonly UpdateIntake _intake;
    private readonly TreeFeed _feed;
    private readonly CloneValues _values;
    private readonly IoTimer _show;
    private readonly IoTimer _beat;
    private readonly IoWork _news;
    private readonly TimeProvider _time;
    private readonly int _maxPeers;
    private long? _warned;
    private int _unpublished;
    private bool _isArmed = true;
    private bool _isAtRoundEnd;
    private bool _isStopping;

    public CloneServer(Hub hub, CloneOptions options, int maxPeers, IAccess access, TimeProvider time, ILogger logger)
    {
        (_logger, _time, _maxPeers) = (logger, time, maxPeers);
        var tree = hub.Tree;
        _core = new CloneCore(this, options.HiddenKeys(), Math.Min(Ahead, options.SendLimit / 4));
        _writes = new OwnedWrites(tree, Failed);
        _intake = new UpdateIntake(tree, access, _core.Totals, _writes.TryBegin);
        _loop = new IoLoop(Name, time);
        _loop.Failed += Fail;
        Short = Ports(options, maxPeers, new PortSet(KvForm.Short, options.Width, this, _core.Totals));
        if (options.Chp.Enabled) Full = Ports(options, maxPeers, new PortSet(KvForm.Full, Kv.LongWidth, this, _core.Totals));
        _values = new CloneValues(tree, Full is null ? [Short] : [Short, Full]);
        _show = new IoTimer(_loop, Show);
        _beat = new IoTimer(_loop, Beat);
        _news = new IoWork.OfAction(TakeNews);
        _feed = new TreeFeed(tree, _core, _intake.Extras, Own);
        _loop.Post(Begin);
    }

    /// <summary>The ports of the short form.</summary>
    public ClonePorts Short { get; }

    /// <summary>The ports of the full form; null when it is off.</summary>
    public ClonePorts? Full { get; }

    /// <summary>Shows where it listens.</summary>
    public void Show(IReadOnlyList<string> addresses) => _loop.Post(() => _values.Show(addresses, _core));

    /// <summary>Runs until the token is cancelled, or until it fails.</summary>
    public Task RunAsync(CancellationToken stop) => _failed.Task.WaitAsync(stop);

    public async ValueTask DisposeAsync()
    {
        var isEnding = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isPosted = _loop.Post(() =>
        {
            Publish();
            _isStopping = true;
            _show.Cancel();
            _beat.Cancel();
            isEnding.SetResult();
        });
        if (isPosted) await isEnding.Task;
        _feed.Dispose();
        await Short.StopAsync(Linger);
        if (Full is not null) await Full.StopAsync(Linger);
        await _writes.DisposeAsync();
        _loop.Dispose();
    }

    public void Opened(ZmtpPeer peer, CloneReader reader)
    {
        peer.Tag = reader;
        reader.Ports.Add(reader);
        LookAtRoundEnd();
    }

    public void Asked(SnapshotPeer reader, in ZmtpMessage message)
    {
        // What somebody else was told that it is set is in the snapshot.
        Publish();
        _core.Ask(reader, message);
        LookAtRoundEnd();
    }

    public void Subscribed(Subscriber subscriber, bool isSubscribed, ReadOnlySpan<byte> topic)
    {
        if (isSubscribed) subscriber.Ports.Subscribe(subscriber, topic);
        else subscriber.Ports.Cancel(subscriber, topic);
        _intake.KeepsExtras = Full is { Set.HasSubscribers: true };
        if (_intake.KeepsExtras && !_beat.IsRunning) _beat.Restart(Heartbeat);
    }

    public void Collected(Origin publisher, in ZmtpMessage message)
    {
        if (_isStopping) return;
        var isFull = _intake.Take(message, publisher);
        if (++_unpublished >= MostUnpublished) Publish();
        else if (isFull) _intake.Flush();
        LookAtRoundEnd();
    }

    public void Flushed(CloneReader reader) => _core.Flushed(reader);

    public void Closed(ZmtpPeer peer, CloneReader? reader, ZmtpFault reason)
    {
        if (reason is not (ZmtpFault.PeerClosed or ZmtpFault.Dropped or ZmtpFault.Stopped)) LogLost(peer.Address, reason);
        if (reader is not null) _core.Closed(reader);
        _intake.KeepsExtras = Full is { Set.HasSubscribers: true };
        LookAtRoundEnd();
    }

    public void Rejected(ZmtpPeer peer, ZmtpFault reason)
    {
        LogRejected(peer.Address, reason);
        LookAtRoundEnd();
    }

    public void Crowded(EndPoint? remote)
    {
        LookAtRoundEnd();
        // Such a program tries again and again.
        if (_warned is { } last && _time.GetElapsedTime(last) < WarningPause) return;
        _warned = _time.GetTimestamp();
        LogFull(remote, _maxPeers);
    }

    bool ICloneOutput.Send(CloneReader reader, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) =>
        Unsafe.As<ZmtpPeer>(reader.Connection).Write(head, body);

    int ICloneOutput.Pending(CloneReader reader) => Unsafe.As<ZmtpPeer>(reader.Connection).Pending;

    void ICloneOutput.GoOnLater(CloneReader reader) => _loop.Post(() => _core.Continue(reader));

    void ICloneOutput.Listen(SnapshotPeer reader, bool isOn)
    {
        if (isOn) ((ZmtpPeer)reader.Connection).ResumeReading();
        else ((ZmtpPeer)reader.Connection).PauseReading();
    }

    void ICloneOutput.Drop(CloneReader reader) => ((ZmtpPeer)reader.Connection).Close(ZmtpFault.Dropped);

    void IRoundEnd.RoundEnd()
    {
        _isAtRoundEnd = false;
        Publish();
        if (_isStopping) return;
        // A connector at which nothing happens does not wake up to say so.
        if (!_show.IsRunning) _show.Restart(ShowPause);
    }

    private ClonePorts Ports(CloneOptions options, int maxPeers, PortSet set)
    {
        _core.Sets.Add(set);
        return new ClonePorts(
            _loop, set, options, maxPeers, [new SnapshotPort(this, set), new PublisherPort(this, set), new CollectorPort(this)]);
    }

    private void Begin()
    {
        _feed.Begin();
        _feed.WakeBy(() => _loop.Post(_news));
    }

    private void TakeNews()
    {
        _isArmed = false;
        if (_isStopping) return;
        LookAtRoundEnd();
    }

    private void Publish()
    {
        if (_isStopping) return;
        _intake.Flush();
        _unpublished = 0;
        // Others' changes alone could go on for ever.
        if (!_feed.Publish(MostPublished)) _loop.Post(LookAtRoundEnd);
        if (_isArmed) return;
        _isArmed = true;
        _feed.Rearm();
    }

    private void LookAtRoundEnd()
    {
        if (_isAtRoundEnd) return;
        _isAtRoundEnd = true;
        _loop.AtRoundEnd(this);
    }

    private void Beat()
    {
        _core.TellAlive();
        if (Full is { Set.HasSubscribers: true }) _beat.Restart(Heartbeat);
    }

    private void Show()
    {
        if (_values.Show(_core)) _show.Restart(ShowPause);
    }

    // Any thread.
    private void Failed(Change change, Origin origin, WriteResult result)
    {
        LogNotWritten(change.Key.Text, origin.Peer, result.Reason ?? "no reason was given");
        var fault = result.Status == WriteStatus.Forbidden ? CloneFault.Forbidden : CloneFault.WriteFailed;
        _loop.Post(() =>
        {
            _core.Totals.Count(fault);
            LookAtRoundEnd();
        });
    }

    // A server that met what nobody foresaw is not believed any more: the supervisor starts another.
    private void Fail(Exception e) => _failed.TrySetException(e);

    [LoggerMessage(12011, LogLevel.Debug, "{Peer} is lost: {Reason}")]
    private partial void LogLost(string peer, ZmtpFault reason);

    [LoggerMessage(12012, LogLevel.Debug, "{Peer} is not let in: {Reason}")]
    private partial void LogRejected(string peer, ZmtpFault reason);

    [LoggerMessage(
        12014,
        LogLevel.Warning,
        "{Peer} is not let in: {Peers} ZeroMQ programs are connected to that port of the clone server already (clone.maxPeers); this is "
        + "said once a minute at most")]
    private partial void LogFull(EndPoint? peer, int peers);

    [LoggerMessage(12013, LogLevel.Debug, "{Key}, which {Peer} wants to set, is not set: {Reason}")]
    private partial void LogNotWritten(string key, string peer, string reason);
}
