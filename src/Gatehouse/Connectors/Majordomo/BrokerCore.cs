using System.Diagnostics.CodeAnalysis;
using System.Text;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// The Majordomo broker without its sockets: messages and the time in, effects out. Speaks MDP 0.1, MDP 0.2 and the layout of
/// zeromq/majordomo at once and translates between them. One thread; times are milliseconds of a clock that never goes back.
/// </summary>
internal sealed class BrokerCore
{
    private readonly IBrokerOutput _output;
    private readonly IHubServices _hub;
    private readonly Dispatcher _dispatcher;
    private readonly WorkerRoll _roll = new();
    private readonly WorkerWatch _watch;
    private readonly Mmi _mmi;
    private readonly BrokerTotals _totals = new();
    private readonly BrokerOptions _options;
    private HubRequest? _firstRequest;
    private bool _hasStopped;

    public BrokerCore(BrokerOptions options, IBrokerOutput output, IHubServices hub)
    {
        _options = options;
        _output = output;
        _hub = hub;
        _dispatcher = new Dispatcher(options, output, _roll, _totals);
        _watch = new WorkerWatch(options, output, _roll, _dispatcher, _totals);
        _mmi = new Mmi(_dispatcher.Services, hub, Statistics);
    }

    /// <summary>When <see cref="Tick"/> wants to be called. Look after each round: messages may bring it forward.</summary>
    public long NextTick => _hasStopped ? long.MaxValue : Math.Min(_dispatcher.ExpiryDue, _watch.Due);

    public void Opened(BrokerPeer peer, long now) => _totals.Peers++;

    public void Received(BrokerPeer peer, in ZmtpMessage message, long now)
    {
        if (!peer.IsOpen || _hasStopped) return;
        var fault = MdpMessage.FromPeer(message, out var read);
        if (fault != MdpFault.None)
        {
            Malformed(peer, read.Dialect, fault, now);
            return;
        }
        var role = read.IsClients ? BrokerRole.Client : BrokerRole.Worker;
        if (!Is(peer, role, read.Dialect) && !Recognise(peer, role, read.Dialect, now)) return;
        if (role == BrokerRole.Client) FromClient(peer, read, message, now);
        else FromWorker(peer, read, message, now);
    }

    /// <summary>The connection is gone.</summary>
    public void Closed(BrokerPeer peer, long now)
    {
        _totals.Peers--;
        if (peer.Role == BrokerRole.Client) _totals.Clients--;
        peer.IsOpen = false;
        Forget(peer, now);
    }

    /// <summary>Another caller wants a worker's service. Ends by <see cref="HubCall.Complete"/>, perhaps before this returns.</summary>
    public void Request(HubCall call, long now)
    {
        if (_hasStopped)
        {
            call.Complete(Ending.Stopping.Reply(call.Service));
            return;
        }
        var name = Encoding.UTF8.GetBytes(call.Service);
        if (!ServiceTable.IsName(name))
        {
            call.Complete(Ending.NoWorker.Reply(call.Service));
            return;
        }
        var service = _dispatcher.Services.Find(name) ?? _dispatcher.Services.Add(name);
        _dispatcher.FromHub(call, service, now);
        _dispatcher.RemoveUnused(service);
    }

    /// <summary>The hub's reply to a client's request. False when that had its answer already.</summary>
    public bool Answer(HubRequest request, in Reply reply, long now)
    {
        if (!request.IsPending) return false;
        request.IsPending = false;
        request.Client.Caller!.Waiting--;
        if (request.Previous is { } previous) previous.Next = request.Next;
        else _firstRequest = request.Next;
        if (request.Next is { } next) next.Previous = request.Previous;
        if (!request.Client.IsOpen)
        {
            _totals.Unclaimed++;
            return true;
        }
        var body = reply.Status != CallStatus.Ok ? reply.Status.Body()
            : reply.Frames.Count == 0 ? Mdp.EmptyBody
            : ZmtpFrames.Encode(reply.Frames);
        ReplyTo(request.Client, Encoding.UTF8.GetBytes(request.Service), body);
        return true;
    }

    /// <summary>Heartbeats, expiry and deadlines, as far as they are due. Returns when it wants to be called next.</summary>
    public long Tick(long now)
    {
        if (now >= _dispatcher.ExpiryDue) _dispatcher.Expire(now);
        if (now >= _watch.Due) _watch.Look(now);
        return NextTick;
    }

    /// <summary>Tells all workers DISCONNECT, and everybody who waits an error. What comes afterwards is not looked at.</summary>
    public void Stop(long now)
    {
        if (_hasStopped) return;
        while (_firstRequest is { } request) Answer(request, Ending.Stopping.Reply(request.Service), now);
        _dispatcher.Stop();
        _hasStopped = true;
    }

    /// <summary>A service that has workers or requests; null for another.</summary>
    public ServiceQueue? Find(string service) => _dispatcher.Services.Find(Encoding.UTF8.GetBytes(service));

    public BrokerStatistics Statistics(long now) => new(_dispatcher, _roll, _totals, now);

    private void FromClient(BrokerPeer client, in MdpMessage read, in ZmtpMessage message, long now)
    {
        var body = message.From(read.BodyFrom);
        if (body.IsEmpty) body = Mdp.EmptyBody;
        // Most ask for the same service again: theirs takes no look-up.
        var service = client.LastAsked is { IsGone: false } last && last.Name.SequenceEqual(read.Name)
            ? last
            : _dispatcher.Services.Find(read.Name);
        if (service is { Workers: > 0 } || !AnsweredByHub(client, read, message, now)) ForWorkers(client, service, read.Name, body, now);
    }

    // Names that no worker is there for.
    private bool AnsweredByHub(BrokerPeer client, in MdpMessage read, in ZmtpMessage message, long now)
    {
        if (!ServiceTable.IsName(read.Name))
        {
            _totals.Count(BrokerFault.BadServiceName);
            ReplyTo(client, read.Name, Ending.NoWorker.Body());
            return true;
        }
        if (Mmi.IsName(read.Name))
        {
            _totals.Mmi++;
            if (read.Name.SequenceEqual(Mmi.Discovery)) Search(client, message, read, now);
            else ReplyTo(client, read.Name, _mmi.Answer(read.Name, message, read.BodyFrom, now));
            if (Mmi.IsLong(read.Name)) _output.Rest(client);
            return true;
        }
        if (_hub.TryFind(read.Name, out var name))
        {
            Call(client, name, message, read, now);
            return true;
        }
        if (!ServiceTable.IsReserved(read.Name)) return false;
        // No worker may come for it: there is nothing to wait for.
        _totals.Requests++;
        _totals.Failures++;
        ReplyTo(client, read.Name, Ending.NoWorker.Body());
        return true;
    }

    private void Call(BrokerPeer client, string name, in ZmtpMessage message, in MdpMessage read, long now)
    {
        if (!TryAwait(client, name, message, read, now, out var request)) return;
        _totals.HubCalls++;
        // One that answers inline has run by now.
        _output.Call(request);
        _output.Rest(client);
    }

    private void Search(BrokerPeer client, in ZmtpMessage message, in MdpMessage read, long now)
    {
        if (!TryAwait(client, Mmi.DiscoveryName, message, read, now, out var request)) return;
        _output.Search(request, new NameSearch(request.Frames, _mmi.Names()));
    }

    // A request that is answered outside and later. False: the client has its answer, too many of its requests are on the way.
    private bool TryAwait(
        BrokerPeer client, string name, in ZmtpMessage message, in MdpMessage read, long now, [NotNullWhen(true)] out HubRequest? request)
    {
        request = null;
        if (!_dispatcher.MayWait(client.Caller))
        {
            ReplyTo(client, read.Name, Ending.QueueFull.Body());
            return false;
        }
        (client.Caller ??= new Caller()).Waiting++;
        var frames = message.ToFrames(read.BodyFrom);
        request = new HubRequest(client, name, frames, now + (long)_options.Deadline.TotalMilliseconds) { IsPending = true };
        request.Next = _firstRequest;
        if (_firstRequest is { } first) first.Previous = request;
        _firstRequest = request;
        return true;
    }

    private void ForWorkers(BrokerPeer client, ServiceQueue? service, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body, long now)
    {
        if (!_hub.MayCall(client.Origin, service?.Text ?? Encoding.UTF8.GetString(name)))
        {
            ReplyTo(client, name, CallStatus.Forbidden.Body());
            return;
        }
        service ??= _dispatcher.Services.Add(name);
        client.LastAsked = service;
        _dispatcher.FromClient(client, service, body, now);
        _dispatcher.RemoveUnused(service);
    }

    private void ReplyTo(BrokerPeer client, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        // The frame of a bad name may have any length.
        var more = Math.Max(0, name.Length - Mdp.MaxService);
        Span<byte> head = more == 0 ? stackalloc byte[MdpHead.MaxSize] : new byte[MdpHead.MaxSize + more];
        _dispatcher.Deliver(client, head[..MdpHead.ClientReply(head, client.Dialect, name, final: true)], body);
    }

    private void FromWorker(BrokerPeer worker, in MdpMessage read, in ZmtpMessage message, long now)
    {
        if (worker.Service is null)
        {
            if (read.Kind == MdpKind.Ready) Register(worker, read.Name, now);
            else if (read.Kind == MdpKind.Disconnect) return;
            else if (worker.IsDismissed) _totals.Count(BrokerFault.DeafToDisconnect);
            else Dismiss(worker, BrokerFault.NotReady, now);
            return;
        }
        worker.LastHeard = now;
        switch (read.Kind)
        {
            case MdpKind.WorkerFinal or MdpKind.WorkerPartial:
                var fault = _dispatcher.FromWorker(worker, read, message, now);
                if (fault != BrokerFault.None) Dismiss(worker, fault, now);
                break;
            case MdpKind.Ready:
                Dismiss(worker, BrokerFault.SecondReady, now);
                break;
            case MdpKind.Disconnect:
                _dispatcher.Lose(worker, now);
                break;
            default:
                break;
        }
    }

    private void Register(BrokerPeer worker, ReadOnlySpan<byte> name, long now)
    {
        if (!ServiceTable.IsName(name))
        {
            Dismiss(worker, BrokerFault.BadServiceName, now);
            return;
        }
        var service = _dispatcher.Services.Find(name);
        if (service is not { Workers: > 0 })
        {
            var text = service?.Text ?? Encoding.UTF8.GetString(name);
            var fault = ServiceTable.IsReserved(name) ? BrokerFault.ReservedName
                : !_output.Offer(text) ? BrokerFault.NameTaken
                : BrokerFault.None;
            if (fault != BrokerFault.None)
            {
                Dismiss(worker, fault, now);
                return;
            }
            service ??= _dispatcher.Services.Add(name);
        }
        worker.IsDismissed = false;
        _dispatcher.Register(worker, service, now);
        _watch.Add(worker, now);
    }

    private static bool Is(BrokerPeer peer, BrokerRole role, MdpDialect dialect) => peer.Role == role && peer.Dialect == dialect;

    // The first message says what a peer is; one that contradicts it is distrusted.
    private bool Recognise(BrokerPeer peer, BrokerRole role, MdpDialect dialect, long now)
    {
        if (peer.Role == BrokerRole.Unknown)
        {
            peer.Role = role;
            peer.Dialect = dialect;
            if (role == BrokerRole.Client) _totals.Clients++;
            return true;
        }
        Distrust(peer, peer.Dialect != dialect ? BrokerFault.DialectChanged : BrokerFault.RoleChanged, now);
        return false;
    }

    private void Malformed(BrokerPeer peer, MdpDialect dialect, MdpFault fault, long now)
    {
        switch (fault)
        {
            case MdpFault.EmptyMessage or MdpFault.MissingDelimiter or MdpFault.UnknownHeader:
                // Not Majordomo at all: whoever it is may still learn.
                _totals.Count((BrokerFault)fault);
                break;
            case MdpFault.ReadyWithoutService:
                if (!Is(peer, BrokerRole.Worker, dialect) && !Recognise(peer, BrokerRole.Worker, dialect, now)) break;
                Dismiss(peer, BrokerFault.ReadyWithoutService, now);
                break;
            default:
                Distrust(peer, (BrokerFault)fault, now);
                break;
        }
    }

    // A valid message that was not expected: the worker is to begin anew, on a new connection.
    private void Dismiss(BrokerPeer worker, BrokerFault fault, long now)
    {
        _totals.Count(fault);
        worker.IsDismissed = true;
        _output.Send(worker, MdpHead.Disconnect(worker.Dialect), []);
        if (worker.Service is not null) _dispatcher.Lose(worker, now);
    }

    private void Distrust(BrokerPeer peer, BrokerFault fault, long now)
    {
        _totals.Count(fault);
        peer.IsOpen = false;
        Forget(peer, now);
        _output.Drop(peer, fault);
    }

    private void Forget(BrokerPeer peer, long now)
    {
        if (peer.Service is not null) _dispatcher.Lose(peer, now);
        _dispatcher.Forget(peer);
    }
}
