namespace Gatehouse.Requests;

/// <summary>A new request.</summary>
internal sealed class AcceptRow(RequestQueue queue, NewRequest request, string? id, byte[] frames, Action<Acceptance> told) : RequestRow
{
    private AcceptStatus _status;
    private string? _refusal;
    private long _number;
    private ulong _salt;

    public override int Size => 256 + frames.Length;

    public override void Write(RequestWriter to)
    {
        if (id is not null && to.Find(id) is { } known)
        {
            _status = to.IsSame(known, request, frames) ? AcceptStatus.Known : AcceptStatus.Conflict;
            return;
        }
        _refusal = id is not null && queue.IsFull ? queue.FullReason : queue.TryPromise(request.Service) ? null : queue.TooManyTargets;
        _status = _refusal is null ? AcceptStatus.Accepted : AcceptStatus.Full;
        if (_refusal is not null) return;
        (_number, _salt) = to.Insert(request, id, queue.UtcNow, frames);
    }

    public override void Settle(Exception? failure)
    {
        try
        {
            Tell(failure);
        }
        finally
        {
            // The lane is there now, or is not going to be.
            queue.Redeem(request.Service);
        }
    }

    private void Tell(Exception? failure)
    {
        if (failure is not null)
        {
            queue.Instruments.NotStored++;
            told(new Acceptance(AcceptStatus.NotStored, "", failure.Message));
            return;
        }
        if (_refusal is not null)
        {
            queue.Refuse(told, _refusal);
            return;
        }
        var shown = id ?? RequestId.Of(_number, _salt);
        told(new Acceptance(
            _status, shown, _status == AcceptStatus.Conflict ? $"there is another request with the id '{shown}'" : null));
        if (_status == AcceptStatus.Accepted) queue.Accepted(_number, shown, request);
        else queue.Instruments.Known++;
    }
}

/// <summary>How a delivery ended the request.</summary>
internal sealed class EndRow(
    RequestDispatcher dispatcher, Delivery delivery, string id, RequestState state, string? reason, byte[] frames) : RequestRow
{
    private bool _isWritten;

    public override int Size => 128 + frames.Length;

    public override void Write(RequestWriter to) =>
        _isWritten = to.End(delivery.Number, state, dispatcher.UtcNow, delivery.Attempt, reason, frames);

    public override void Settle(Exception? failure)
    {
        if (failure is not null) dispatcher.Hold(this);
        else dispatcher.Ended(delivery, id, state, _isWritten);
    }
}

/// <summary>A delivery that failed.</summary>
internal sealed class TryRow(RequestDispatcher dispatcher, Delivery delivery, string? reason) : RequestRow
{
    private bool _isThere;

    public override void Write(RequestWriter to) => _isThere = to.Count(delivery.Number, delivery.Tries + 1, reason);

    public override void Settle(Exception? failure)
    {
        if (failure is not null) dispatcher.Hold(this);
        else if (_isThere) dispatcher.Failed(delivery);
        else dispatcher.Gone(delivery);
    }
}

/// <summary>A request that nobody needs any more.</summary>
/// <param name="queue">Whose it is.</param>
/// <param name="id">Which one.</param>
/// <param name="ended">Only if it has ended, or only if it has not; null in any case.</param>
/// <param name="done">Told whether there was one.</param>
internal sealed class CloseRow(RequestQueue queue, string id, bool? ended, TaskCompletionSource<bool> done) : RequestRow
{
    private long? _number;
    private string _service = "";
    private bool _wasPending, _isRemoved;

    public override void Write(RequestWriter to)
    {
        _number = to.Find(id);
        _isRemoved = _number is { } number && (ended is null || to.HasEnded(number) == ended)
            && to.Remove(number, out _service, out _wasPending);
    }

    public override void Settle(Exception? failure)
    {
        if (failure is not null)
        {
            done.SetException(failure);
            return;
        }
        if (_isRemoved) queue.Closed(_number!.Value, id, _service, _wasPending);
        done.SetResult(_isRemoved);
    }
}

/// <summary>A request that has waited for too long.</summary>
internal sealed class ExpireRow(
    RequestQueue queue, long number, string id, string service, string reason, TaskCompletionSource<bool> done) : RequestRow
{
    private bool _isWritten;

    public override void Write(RequestWriter to) =>
        _isWritten = to.End(number, RequestState.Expired, queue.UtcNow, to.Attempts(number), reason, []);

    public override void Settle(Exception? failure)
    {
        if (failure is not null)
        {
            done.SetException(failure);
            return;
        }
        if (_isWritten) queue.Expired(number, id, service);
        done.SetResult(_isWritten);
    }
}

/// <summary>Nothing but that a run of the hub has begun.</summary>
internal sealed class BeginRow(TaskCompletionSource done) : RequestRow
{
    public override void Write(RequestWriter to)
    {
        // Whatever is written first begins the run.
    }

    public override void Settle(Exception? failure)
    {
        if (failure is null) done.SetResult();
        else done.SetException(failure);
    }
}
