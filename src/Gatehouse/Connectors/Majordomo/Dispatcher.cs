using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// Brings requests to workers and replies to callers. A request that came in ends here exactly once: by a reply, by an
/// <see cref="Ending"/>, or because its caller is gone.
/// </summary>
internal sealed class Dispatcher(BrokerOptions options, IBrokerOutput output, WorkerRoll roll, BrokerTotals totals)
{
    private readonly RequestPool _pool = new();
    private readonly ExpiryWheel _wheel = new();
    private readonly HubCallers _hubCallers = new();
    private readonly HeldBytes _held = new(options.HoldLimit);
    private readonly long _expiry = (long)options.RequestExpiry.TotalMilliseconds;
    private readonly long _deadline = (long)options.Deadline.TotalMilliseconds;
    private long _number, _wheelDue = long.MaxValue;

    public ServiceTable Services { get; } = new(options.Once);

    /// <summary>What requests hold now.</summary>
    public long Held => _held.All;

    /// <summary>When <see cref="Expire"/> has something to do; never later.</summary>
    public long ExpiryDue => _wheelDue;

    /// <summary>The first deadline of a request that a worker has; never later.</summary>
    public long FirstDeadline { get; set; } = long.MaxValue;

    public bool MayWait(Caller? caller) => caller is null || caller.Waiting < options.QueueLimit;

    public void FromClient(BrokerPeer client, ServiceQueue service, ReadOnlySpan<byte> body, long now)
    {
        service.Requests++;
        var idle = service.FirstIdle;
        if (!_held.HasRoom(client, body.Length) || (idle is null && !MayWait(client.Caller, service)))
        {
            service.Failures++;
            Deliver(client, service.ReplyHead(client.Dialect, final: true), Ending.QueueFull.Body());
            return;
        }
        var request = Make(service, now + _deadline);
        request.Client = client;
        _held.Add(request, body.Length + HeldBytes.Overhead);
        body.CopyTo(request.MakeBody(body.Length));
        if (idle is null) Enqueue(request, now, first: false);
        else Give(idle, request, now);
    }

    public void FromHub(HubCall call, ServiceQueue service, long now)
    {
        service.Requests++;
        var size = call.Frames.Count == 0 ? Mdp.EmptyBody.Length : ZmtpFrames.Size(call.Frames);
        var idle = service.FirstIdle;
        Ending? refused = call.Deadline <= now ? Ending.Overdue
            : !_held.HasRoom(null, size) || (idle is null && !MayWait(_hubCallers.Find(call), service)) ? Ending.QueueFull
            : null;
        if (refused is { } ending)
        {
            service.Failures++;
            call.Complete(ending.Reply(service.Text));
            return;
        }
        var request = Make(service, call.Deadline);
        request.Call = call;
        _held.Add(request, size + HeldBytes.Overhead);
        request.Number = ++_number;
        var body = request.MakeBody(size);
        if (call.Frames.Count == 0) Mdp.EmptyBody.CopyTo(body);
        else ZmtpFrames.Write(body, call.Frames);
        if (idle is null) Enqueue(request, now, first: false);
        else Give(idle, request, now);
    }

    /// <summary>A worker's reply, or part of it. Other than None: it has no right to say that.</summary>
    public BrokerFault FromWorker(BrokerPeer worker, in MdpMessage reply, in ZmtpMessage message, long now)
    {
        if (worker.Outstanding is not { } request) return BrokerFault.ReplyUnasked;
        if (!request.IsFor(reply.Name)) return BrokerFault.ReplyToOther;
        if (reply.Kind == MdpKind.WorkerPartial)
        {
            if (!IsAbandoned(request)) PassPart(request, message, reply.BodyFrom);
            return BrokerFault.None;
        }
        worker.Outstanding = null;
        if (IsAbandoned(request)) totals.Unclaimed++;
        else PassReply(request, message, reply.BodyFrom);
        Release(request);
        Free(worker, now);
        return BrokerFault.None;
    }

    /// <summary>A worker is there and has nothing to do.</summary>
    public void Register(BrokerPeer worker, ServiceQueue service, long now)
    {
        worker.Service = service;
        worker.LastHeard = worker.LastSent = now;
        service.Workers++;
        roll.Add(worker);
        Free(worker, now);
    }

    /// <summary>A worker is gone. What it had goes to another.</summary>
    public void Lose(BrokerPeer worker, long now)
    {
        var service = worker.Service!;
        worker.Service = null;
        roll.Remove(worker);
        var wasLast = --service.Workers == 0;
        if (worker.Outstanding is { } request)
        {
            worker.Outstanding = null;
            GiveBack(request, now);
        }
        else
        {
            service.RemoveIdle(worker);
        }
        if (!wasLast) return;
        output.Withdraw(service.Text);
        RemoveUnused(service);
    }

    /// <summary>A client is gone. Nobody needs what it waits for; what workers have of it they may finish.</summary>
    public void Forget(BrokerPeer client)
    {
        client.LastAsked = null;
        while (client.Caller?.Any() is { } request)
        {
            var service = request.Service;
            service.Remove(request);
            _wheel.Remove(request);
            Release(request);
            RemoveUnused(service);
        }
    }

    /// <summary>Ends what has waited too long.</summary>
    public void Expire(long now)
    {
        foreach (var request in _wheel.TakeDue(now))
        {
            var service = request.Service;
            TakeOut(request);
            if (!IsAbandoned(request)) service.Expired++;
            End(request, service.Workers == 0 ? Ending.NoWorker : request.Deadline <= now ? Ending.Overdue : Ending.AllBusy);
            Release(request);
            RemoveUnused(service);
        }
        _wheelDue = _wheel.Next();
    }

    /// <summary>A worker's request is past its deadline. True when the worker is to be given up.</summary>
    public bool IsGivenUp(BrokerPeer worker, long now)
    {
        var request = worker.Outstanding!;
        var wasHubs = request is { Call: not null, IsOver: false };
        End(request, Ending.Overdue);
        // A caller of the hub may be in a hurry: that is no reason to lose the worker. It gets the time that clients give it.
        if (!wasHubs) return true;
        if (!request.IsOver) request.Service.Abandoned++;
        request.IsOver = true;
        request.Deadline = now + _deadline;
        return false;
    }

    /// <summary>Ends everything.</summary>
    public void Stop()
    {
        while (roll.First is { } worker)
        {
            roll.Remove(worker);
            output.Send(worker, MdpHead.Disconnect(worker.Dialect), []);
            worker.Service = null;
            if (worker.Outstanding is not { } request) continue;
            worker.Outstanding = null;
            End(request, Ending.Stopping);
            Release(request);
        }
        foreach (var service in Services.All.ToArray())
        {
            while (TakeNext(service, 0) is { } request)
            {
                End(request, Ending.Stopping);
                Release(request);
            }
            if (service.Workers > 0) output.Withdraw(service.Text);
            service.Workers = 0;
            RemoveUnused(service);
        }
    }

    /// <summary>Takes a service out of the table that has nothing any more.</summary>
    public void RemoveUnused(ServiceQueue service)
    {
        if (service.IsGone || service.Workers > 0 || service.Queued > 0) return;
        Services.Remove(service);
        totals.Take(service);
    }

    /// <summary>Sends to a client; counted when it does not take it.</summary>
    public void Deliver(BrokerPeer client, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (!output.Send(client, head, body)) totals.Undelivered++;
    }

    private static bool IsAbandoned(Request request) =>
        request.IsOver || (request.Client is { } client ? !client.IsOpen : request.Call!.HasEnded);

    // A full queue lets everybody in who has nothing in it: one caller that fills it keeps nobody out.
    private bool MayWait(Caller? caller, ServiceQueue service) =>
        MayWait(caller) && (service.Queued < options.QueueLimit || caller?.WaitsFor(service) is not true);

    private Request Make(ServiceQueue service, long deadline)
    {
        var request = _pool.Take();
        request.Service = service;
        request.Deadline = deadline;
        return request;
    }

    private void Release(Request request)
    {
        if (!request.IsOver) request.Service.Abandoned++;
        _held.Add(request, -request.Held);
        _pool.Return(request);
    }

    private void Enqueue(Request request, long now, bool first)
    {
        var caller = request.Client is { } client ? client.Caller ??= new Caller() : _hubCallers.Enter(request.Call!);
        request.Service.Enqueue(request, caller, first);
        var due = Math.Min(now + _expiry, request.Deadline);
        _wheel.Add(request, due);
        if (due < _wheelDue) _wheelDue = due;
    }

    private Request? TakeNext(ServiceQueue service, long now)
    {
        if (service.Dequeue(now) is not { } request) return null;
        _wheel.Remove(request);
        if (request.Call is { } call) _hubCallers.Leave(call);
        return request;
    }

    private void TakeOut(Request request)
    {
        request.Service.Remove(request);
        if (request.Call is { } call) _hubCallers.Leave(call);
    }

    private void Free(BrokerPeer worker, long now)
    {
        var service = worker.Service!;
        while (service.Queued > 0 && TakeNext(service, now) is { } request)
        {
            if (!IsAbandoned(request))
            {
                Hand(worker, request, now);
                return;
            }
            Release(request);
        }
        service.AddIdle(worker);
    }

    private void Give(BrokerPeer idle, Request request, long now)
    {
        request.Service.RemoveIdle(idle);
        Hand(idle, request, now);
    }

    private void Hand(BrokerPeer worker, Request request, long now)
    {
        worker.Outstanding = request;
        request.Tries++;
        if (request.Deadline < FirstDeadline) FirstDeadline = request.Deadline;
        var sent = request.Client is { } client
            ? output.Send(worker, client.RequestHead(worker.Dialect), request.Body)
            : SendOfHub(worker, request);
        worker.LastSent = now;
        if (sent) return;
        totals.Count(BrokerFault.TakesNothing);
        worker.IsOpen = false;
        Lose(worker, now);
        output.Drop(worker, BrokerFault.TakesNothing);
    }

    private bool SendOfHub(BrokerPeer worker, Request request)
    {
        Span<byte> address = stackalloc byte[Mdp.MaxAddress];
        address = address[..request.WriteAddress(address)];
        Span<byte> head = stackalloc byte[MdpHead.MaxSize];
        return output.Send(worker, head[..MdpHead.WorkerRequest(head, worker.Dialect, address)], request.Body);
    }

    private void GiveBack(Request request, long now)
    {
        var service = request.Service;
        if (IsAbandoned(request))
        {
            Release(request);
            return;
        }
        var mayRepeat = !request.PartPassed && !service.IsOnce && request.Call is not { MayRepeat: false };
        if (!mayRepeat || request.Tries >= options.Tries || request.Deadline <= now)
        {
            End(request, Ending.WorkersDied);
            Release(request);
            return;
        }
        DropParts(request);
        service.Retries++;
        if (service.FirstIdle is { } idle) Give(idle, request, now);
        else Enqueue(request, now, first: true);
    }

    private void End(Request request, Ending ending)
    {
        if (IsAbandoned(request)) return;
        request.IsOver = true;
        request.Service.Failures++;
        if (request.Client is { } client) Deliver(client, request.Service.ReplyHead(client.Dialect, final: true), ending.Body());
        else request.Call!.Complete(ending.Reply(request.Service.Text));
    }

    private void PassPart(Request request, in ZmtpMessage message, int bodyFrom)
    {
        var body = message.From(bodyFrom);
        if (request.Client is { Dialect: not MdpDialect.Mdp01 } client)
        {
            request.PartPassed = true;
            Deliver(client, request.Service.ReplyHead(client.Dialect, final: false), body.IsEmpty ? Mdp.EmptyBody : body);
            return;
        }
        if (!body.IsEmpty && !TryAddPart(request, message, bodyFrom)) End(request, Ending.ReplyTooLarge);
    }

    private void PassReply(Request request, in ZmtpMessage message, int bodyFrom)
    {
        var body = message.From(bodyFrom);
        if (request.PartsLength > 0)
        {
            if (!body.IsEmpty && !TryAddPart(request, message, bodyFrom))
            {
                End(request, Ending.ReplyTooLarge);
                return;
            }
            body = request.Parts;
        }
        request.IsOver = true;
        request.Service.Replies++;
        if (request.Client is { } client)
        {
            Deliver(client, request.Service.ReplyHead(client.Dialect, final: true), body.IsEmpty ? Mdp.EmptyBody : body);
        }
        else
        {
            var frames = request.PartsLength == 0 ? message.ToFrames(bodyFrom) : ZmtpFrames.Decode(body);
            request.Call!.Complete(Reply.Ok(frames));
        }
    }

    private bool TryAddPart(Request request, in ZmtpMessage message, int bodyFrom)
    {
        var body = message.From(bodyFrom);
        if (request.PartsLength + (long)body.Length > options.MaxMessage || !_held.MayGrow(request, body.Length))
        {
            DropParts(request);
            return false;
        }
        request.AddPart(body, body.Length - message.From(message.Count - 1).Length);
        _held.Add(request, body.Length);
        return true;
    }

    private void DropParts(Request request)
    {
        _held.Add(request, -request.PartsLength);
        request.DropParts();
    }
}
