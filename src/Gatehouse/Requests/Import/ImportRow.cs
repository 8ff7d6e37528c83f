namespace Gatehouse.Requests.Import;

/// <summary>A request of another database that is taken in as it was there.</summary>
internal sealed class ImportRow(RequestQueue queue, ImportedRequest request, TaskCompletionSource<Acceptance> done) : RequestRow
{
    private readonly string _id = RequestId.Normal(request.Id);
    private readonly byte[] _frames = RequestTables.Encode(request.Frames), _answer = RequestTables.Encode(request.Answer);
    private AcceptStatus _status;
    private long _number;

    public override int Size => 512 + _frames.Length + _answer.Length;

    // A pending one may have been delivered before: its next delivery is to show that.
    private int Runs => request.Attempts - request.Tries;

    public override void Write(RequestWriter to)
    {
        if (to.Find(_id) is { } known)
        {
            _status = to.IsSame(known, new NewRequest(_id, request.Service, request.Frames, "", request.Callback), _frames)
                ? AcceptStatus.Known : AcceptStatus.Conflict;
            return;
        }
        _status = AcceptStatus.Accepted;
        _number = to.Import(request, _id, Runs, _frames);
        if (request.State == RequestState.Pending)
        {
            if (request.Tries > 0) to.Count(_number, request.Tries, request.Reason);
        }
        else
        {
            var ended = (request.Ended ?? request.Accepted).ToUnixTimeMilliseconds();
            to.End(_number, request.State, ended, request.Attempts, request.Reason, _answer);
        }
    }

    public override void Settle(Exception? failure)
    {
        if (failure is not null)
        {
            done.SetResult(new Acceptance(AcceptStatus.NotStored, _id, failure.Message));
            return;
        }
        if (_status == AcceptStatus.Accepted && request.State == RequestState.Pending)
        {
            queue.Imported(new PendingRow(_number, request.Service, request.Tries, Runs));
        }
        done.SetResult(new Acceptance(
            _status, _id, _status == AcceptStatus.Conflict ? $"there is another request with the id '{_id}'" : null));
    }
}
