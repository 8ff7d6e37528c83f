using Gatehouse.Sdk.Majordomo;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>Heartbeats to workers, and the end of those that are silent or too slow.</summary>
internal sealed class WorkerWatch(
    BrokerOptions options, IBrokerOutput output, WorkerRoll roll, Dispatcher dispatcher, BrokerTotals totals)
{
    // Who is due so soon is served in the same round: many workers with times of their own must not mean as many rounds.
    private const long Early = 100;

    private readonly long _heartbeat = (long)options.Heartbeat.TotalMilliseconds;
    private readonly long _packedHeartbeat = (long)options.PackedHeartbeat.TotalMilliseconds;
    private long _due = long.MaxValue;

    /// <summary>When to look; never later than somebody needs it.</summary>
    public long Due => Math.Min(_due, dispatcher.FirstDeadline);

    /// <summary>A worker is new.</summary>
    public void Add(BrokerPeer worker, long now) => _due = Math.Min(_due, now + Interval(worker));

    public void Look(long now)
    {
        var due = long.MaxValue;
        dispatcher.FirstDeadline = long.MaxValue;
        var firstDeadline = long.MaxValue;
        for (var worker = roll.First; worker is not null;)
        {
            var next = worker.NextWorker;
            if (Keeps(worker, now))
            {
                var interval = Interval(worker);
                if (now >= worker.LastSent + interval - Math.Min(Early, interval / 10))
                {
                    // One that takes nothing is noticed by its silence, or by its next request.
                    output.Send(worker, MdpHead.Heartbeat(worker.Dialect), []);
                    worker.LastSent = now;
                }
                due = Math.Min(due, worker.LastSent + interval);
                if (worker.Outstanding is { } request) firstDeadline = Math.Min(firstDeadline, request.Deadline);
                else due = Math.Min(due, worker.LastHeard + Patience(worker));
            }
            worker = next;
        }
        _due = due;
        dispatcher.FirstDeadline = Math.Min(dispatcher.FirstDeadline, firstDeadline);
    }

    private bool Keeps(BrokerPeer worker, long now)
    {
        if (worker.Outstanding is { } request)
        {
            if (request.Deadline > now || !dispatcher.IsGivenUp(worker, now)) return true;
            totals.Count(BrokerFault.Overdue);
            output.Send(worker, MdpHead.Disconnect(worker.Dialect), []);
            worker.IsDismissed = true;
            dispatcher.Lose(worker, now);
            return false;
        }
        if (now < worker.LastHeard + Patience(worker)) return true;
        totals.WorkersExpired++;
        dispatcher.Lose(worker, now);
        return false;
    }

    private long Interval(BrokerPeer worker) => worker.Dialect == MdpDialect.Zproto ? _packedHeartbeat : _heartbeat;

    private long Patience(BrokerPeer worker) =>
        worker.Dialect == MdpDialect.Zproto ? _packedHeartbeat * options.PackedLiveness : _heartbeat * options.Liveness;
}
