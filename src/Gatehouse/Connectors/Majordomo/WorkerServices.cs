using System.Collections.Concurrent;
using Gatehouse.Sdk;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// The workers' services as the hub offers them: one as long as it has a worker. What others call there is handed to the loop. Offers come
/// and go on the loop; calls come from any thread.
/// </summary>
internal sealed class WorkerServices(ServiceDirectory directory, Action<Call> accept) : IServiceOwner, IDisposable
{
    private static readonly ServiceInfo Info = new() { Summary = "Answered by ZeroMQ programs." };

    private readonly ConcurrentDictionary<string, Gauge> _gauges = new(StringComparer.Ordinal);

    public string Name => "majordomo";

    public void Accept(Call call)
    {
        accept(call);
        if (call.OneWay) call.Complete(Reply.Ok(default));
    }

    public ServiceLoad? Load(string name) => _gauges.TryGetValue(name, out var gauge) ? gauge.Load : null;

    /// <summary>Offers a service. False when the hub has that name, or it is none for the hub.</summary>
    public bool Offer(string service)
    {
        if (!ServiceName.TryParse(service, out var name) || name.IsPrefix || directory.Find(service) is not null) return false;
        try
        {
            _gauges[service] = new Gauge(directory.Offer(name, this, Info));
            return true;
        }
        catch (NameTakenException)
        {
            return false;
        }
    }

    /// <summary>Reads the numbers of an offered service there from now on.</summary>
    public void Count(string service, ServiceQueue queue)
    {
        if (_gauges.TryGetValue(service, out var gauge)) gauge.Queue = queue;
    }

    public void Withdraw(string service)
    {
        if (_gauges.TryRemove(service, out var gauge)) gauge.Offer.Dispose();
    }

    /// <summary>Takes new readings of how fast requests come.</summary>
    public void Measure(TimeSpan elapsed)
    {
        foreach (var (_, gauge) in _gauges) gauge.Measure(elapsed.TotalSeconds);
    }

    public void Dispose()
    {
        foreach (var service in _gauges.Keys) Withdraw(service);
    }

    /// <summary>One service: its offer, and what it has to do.</summary>
    private sealed class Gauge(IDisposable offer)
    {
        private volatile ServiceQueue? _queue;
        private long _requests;
        private double _rate;

        public IDisposable Offer { get; } = offer;

        public ServiceQueue Queue
        {
            set
            {
                _requests = value.Requests;
                _queue = value;
            }
        }

        // The loop goes on counting meanwhile; each number for itself is right.
        public ServiceLoad? Load => _queue is { } queue
            ? new(queue.Workers, queue.Idle, queue.Queued, Volatile.Read(ref _rate))
            : null;

        public void Measure(double seconds)
        {
            if (_queue is not { } queue) return;
            Volatile.Write(ref _rate, seconds > 0 ? Math.Round((queue.Requests - _requests) / seconds, 1) : 0);
            _requests = queue.Requests;
        }
    }
}
