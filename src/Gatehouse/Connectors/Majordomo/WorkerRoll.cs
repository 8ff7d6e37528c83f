namespace Gatehouse.Connectors.Majordomo;

/// <summary>All workers that are registered, of whichever service.</summary>
internal sealed class WorkerRoll
{
    private BrokerPeer? _last;

    public BrokerPeer? First { get; private set; }

    public int Count { get; private set; }

    public void Add(BrokerPeer worker)
    {
        worker.PreviousWorker = _last;
        worker.NextWorker = null;
        if (_last is { } last) last.NextWorker = worker;
        else First = worker;
        _last = worker;
        Count++;
    }

    public void Remove(BrokerPeer worker)
    {
        if (worker.PreviousWorker is { } previous) previous.NextWorker = worker.NextWorker;
        else First = worker.NextWorker;
        if (worker.NextWorker is { } next) next.PreviousWorker = worker.PreviousWorker;
        else _last = worker.PreviousWorker;
        worker.NextWorker = worker.PreviousWorker = null;
        Count--;
    }
}
