using System.Runtime.CompilerServices;
using Gatehouse.Parts;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Security;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// A broker at work: one thread with its sockets and its state, and the two ways between its peers and the hub's services. All methods of
/// its interfaces are called on that thread.
/// </summary>
internal sealed partial class MajordomoBroker : IZmtpOwner, IBrokerOutput, IRoundEnd, IAsyncDisposable
{
    // libzmq answers these by itself, so a machine that is gone is told from a program that is busy: after ten seconds at the latest.
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(5);

    // Of messages that have not come whole, of all peers: a few of the largest.
    private const long LeastBudget = 256 * 1024 * 1024;

    private static readonly TimeSpan ShowPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    // Of so many names it is told once each that their workers were sent away.
    private const int MostRefusedTold = 256;

    private readonly ServiceDirectory _services;
    private readonly ILogger _logger;
    private readonly IoLoop _loop;
    private readonly ZmtpEndpoint _endpoint;
    private readonly WorkerServices _workers;
    private readonly NameSearches _searches;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The loop's.
    private readonly BrokerCore _core;
    private readonly BrokerValues _values;
    private readonly IoTimer _tick;
    private readonly IoTimer _show;
    private readonly List<string> _offered = [];
    private readonly HashSet<string> _refused = [];
    private readonly Dictionary<Origin, HashSet<ClientCall>> _calls = [];
    private long _shown;
    private bool _isAtRoundEnd;
    private bool _isStopping;

    public MajordomoBroker(Hub hub, MajordomoOptions options, int maxPeers, IAccess access, TimeProvider time, ILogger logger)
    {
        (_services, _logger) = (hub.Services, logger);
        _workers = new WorkerServices(_services, Accept);
        _searches = new NameSearches((request, reply) => _loop!.Post(() => Answer(request, reply)));
        _core = new BrokerCore(BrokerSettings.Of(options), this, new OfferedNames(_services, _workers, access));
        _loop = new IoLoop("majordomo", time);
        _loop.Failed += Fail;
        _endpoint = new ZmtpEndpoint(_loop, Socket(options, maxPeers), this);
        _values = new BrokerValues(hub.Tree, _endpoint.Counters);
        _tick = new IoTimer(_loop, Tick);
        _show = new IoTimer(_loop, ShowAndMeasure);
    }

    /// <summary>Listens from now on; returns the address, with the port that was chosen.</summary>
    /// <exception cref="ZmtpException">It cannot listen there.</exception>
    public string Listen(string address) => _endpoint.Bind(address).ToString();

    /// <summary>Shows where it listens.</summary>
    public void Show(IReadOnlyList<string> addresses) => _loop.Post(() => _values.Show(addresses, _core.Statistics(_loop.Now)));

    /// <summary>Runs until the token is cancelled, or until it fails.</summary>
    public Task RunAsync(CancellationToken stop) => _failed.Task.WaitAsync(stop);

    /// <summary>How a client's call to a service of the hub ended. Any thread.</summary>
    public void Answer(ClientAnswer answer) => _loop.Post(answer);

    public void PassOn(ClientCall call, in Reply reply)
    {
        var request = call.Request;
        if (_calls.TryGetValue(call.Origin, out var others) && others.Remove(call) && others.Count == 0) _calls.Remove(call.Origin);
        Answer(request, reply);
    }

    public void Request(Call call)
    {
        var deadline = _loop.Now + (long)Math.Ceiling(call.Deadline.TotalMilliseconds);
        _core.Request(new WorkerCall(call, deadline), _loop.Now);
        LookAtRoundEnd();
    }

    public async ValueTask DisposeAsync()
    {
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isPosted = _loop.Post(() =>
        {
            _tick.Cancel();
            _show.Cancel();
            _isStopping = true;
            // Whatever it died of: those who wait for it must not.
            try
            {
                _core.Stop(_loop.Now);
            }
            finally
            {
                said.SetResult();
            }
        });
        if (isPosted) await said.Task;
        _workers.Dispose();
        await _searches.DisposeAsync();
        await _endpoint.StopAsync(Linger);
        _loop.Dispose();
    }

    void IZmtpOwner.Opened(ZmtpPeer peer)
    {
        var known = new BrokerPeer(peer, peer.Identity, new Origin(_workers.Name, peer.Address));
        peer.Tag = known;
        _core.Opened(known, _loop.Now);
        LookAtRoundEnd();
    }

    void IZmtpOwner.Received(ZmtpPeer peer, in ZmtpMessage message)
    {
        _core.Received(Unsafe.As<BrokerPeer>(peer.Tag!), message, _loop.Now);
        LookAtRoundEnd();
    }

    void IZmtpOwner.Closed(ZmtpPeer peer, ZmtpFault reason)
    {
        if (reason is not (ZmtpFault.PeerClosed or ZmtpFault.Dropped or ZmtpFault.Stopped)) LogLost(peer.Address, reason);
        var known = (BrokerPeer)peer.Tag!;
        _core.Closed(known, _loop.Now);
        if (_calls.TryGetValue(known.Origin, out var calls))
        {
            // Each ends by a work of its own, so the set stays as it is meanwhile.
            foreach (var call in calls) call.Complete(Reply.Failed("the caller has gone"));
        }
        LookAtRoundEnd();
    }

    void IZmtpOwner.Rejected(ZmtpPeer peer, ZmtpFault reason)
    {
        LogRejected(peer.Address, reason);
        LookAtRoundEnd();
    }

    bool IBrokerOutput.Send(BrokerPeer peer, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) =>
        Unsafe.As<ZmtpPeer>(peer.Connection).Write(head, body);

    void IBrokerOutput.Drop(BrokerPeer peer, BrokerFault reason)
    {
        LogDropped(peer.Origin.Peer, reason);
        ((ZmtpPeer)peer.Connection).Close(ZmtpFault.Dropped);
    }

    bool IBrokerOutput.Offer(string service)
    {
        if (!_workers.Offer(service))
        {
            // A worker that is sent away comes back every few seconds.
            if (_refused.Count < MostRefusedTold && _refused.Add(service)) LogRefused(service);
            return false;
        }
        // The core is about to make its queue.
        _offered.Add(service);
        LogOffered(service);
        return true;
    }

    void IBrokerOutput.Withdraw(string service)
    {
        _workers.Withdraw(service);
        LogWithdrawn(service);
    }

    void IBrokerOutput.Search(HubRequest request, NameSearch search) => _searches.Add(request, search);

    void IBrokerOutput.Rest(BrokerPeer client) => Unsafe.As<ZmtpPeer>(client.Connection).Yield();

    void IBrokerOutput.Call(HubRequest request)
    {
        var call = new ClientCall(this, request, TimeSpan.FromMilliseconds(Math.Max(1, request.Deadline - _loop.Now)));
        _services.Send(call);
        // Those that go on are given up when their client goes.
        if (call.HasEnded) return;
        if (!_calls.TryGetValue(call.Origin, out var calls)) _calls.Add(call.Origin, calls = []);
        calls.Add(call);
    }

    void IRoundEnd.RoundEnd()
    {
        _isAtRoundEnd = false;
        if (_isStopping) return;
        foreach (var service in _offered)
        {
            if (_core.Find(service) is { } queue) _workers.Count(service, queue);
        }
        _offered.Clear();
        Schedule(_core.NextTick);
        // A broker at which nothing happens does not wake up to say so.
        if (!_show.IsRunning) _show.Restart(ShowPause);
    }

    private static ZmtpOptions Socket(MajordomoOptions options, int maxPeers) => new()
    {
        SocketType = ZmtpSocketType.Router,
        MaxMessageSize = options.MaxMessage,
        SendLimit = options.SendLimit,
        MaxPeers = maxPeers,
        ReceiveBudget = Math.Max(LeastBudget, 4L * options.MaxMessage),
        HeartbeatInterval = Ping,
        HeartbeatTimeout = Ping,
    };

    private void Answer(HubRequest request, in Reply reply)
    {
        if (reply.Status != CallStatus.Ok) LogCallFailed(request.Service, request.Origin.Peer, reply.Reason ?? "no reason was given");
        _core.Answer(request, reply, _loop.Now);
        LookAtRoundEnd();
    }

    private void Accept(Call call)
    {
        if (!_loop.Post(new AcceptedCall(this, call))) call.Complete(Reply.Busy("the broker stops; try again shortly"));
    }

    private void LookAtRoundEnd()
    {
        if (_isAtRoundEnd) return;
        _isAtRoundEnd = true;
        _loop.AtRoundEnd(this);
    }

    private void Tick() => Schedule(_core.Tick(_loop.Now));

    private void Schedule(long due)
    {
        if (due == long.MaxValue) _tick.Cancel();
        else if (!_tick.IsRunning || _tick.Due != due) _tick.Restart(TimeSpan.FromMilliseconds(Math.Max(0, due - _loop.Now)));
    }

    private void ShowAndMeasure()
    {
        _workers.Measure(TimeSpan.FromMilliseconds(_loop.Now - _shown));
        _shown = _loop.Now;
        if (_values.Show(_core.Statistics(_loop.Now))) _show.Restart(ShowPause);
    }

    // A broker that met what nobody foresaw is not believed any more: the supervisor starts another.
    private void Fail(Exception e) => _failed.TrySetException(e);

    [LoggerMessage(10011, LogLevel.Debug, "{Peer} is dropped: {Reason}")]
    private partial void LogDropped(string peer, BrokerFault reason);

    [LoggerMessage(10012, LogLevel.Debug, "{Peer} is lost: {Reason}")]
    private partial void LogLost(string peer, ZmtpFault reason);

    [LoggerMessage(10013, LogLevel.Debug, "{Peer} is not let in: {Reason}")]
    private partial void LogRejected(string peer, ZmtpFault reason);

    [LoggerMessage(10014, LogLevel.Debug, "Workers offer {Service}")]
    private partial void LogOffered(string service);

    [LoggerMessage(10015, LogLevel.Debug, "No worker offers {Service} any more")]
    private partial void LogWithdrawn(string service);

    [LoggerMessage(10016, LogLevel.Debug, "A call of {Service} by {Peer} failed: {Reason}")]
    private partial void LogCallFailed(string service, string peer, string reason);

    [LoggerMessage(
        10017, LogLevel.Information, "A worker for {Service} is sent away: something else in the hub has that name, or it ends with a dot")]
    private partial void LogRefused(string service);
}
