namespace Gatehouse.Connectors.Majordomo;

/// <summary>The requests of one caller that wait for one service, in order. The service takes from its lanes in turn.</summary>
internal sealed class RequestLane(Caller caller)
{
    private Request? _first, _last;

    public Caller Caller { get; } = caller;

    /// <summary>Null while it is empty.</summary>
    public ServiceQueue? Service;

    // In the ring of the service.
    public RequestLane? Next, Previous;

    public Request? First => _first;

    public void Append(Request request)
    {
        request.Lane = this;
        request.Previous = _last;
        request.Next = null;
        if (_last is { } last) last.Next = request;
        else _first = request;
        _last = request;
    }

    public void Prepend(Request request)
    {
        request.Lane = this;
        request.Next = _first;
        request.Previous = null;
        if (_first is { } first) first.Previous = request;
        else _last = request;
        _first = request;
    }

    public void Remove(Request request)
    {
        if (request.Previous is { } previous) previous.Next = request.Next;
        else _first = request.Next;
        if (request.Next is { } next) next.Previous = request.Previous;
        else _last = request.Previous;
        request.Next = request.Previous = null;
        request.Lane = null;
    }
}

/// <summary>One who asks: a client's connection, or a caller of the hub. Each gets its turn at each service.</summary>
internal sealed class Caller
{
    private readonly RequestLane _first;
    private Dictionary<ServiceQueue, RequestLane>? _others;

    public Caller() => _first = new RequestLane(this);

    /// <summary>Its requests that wait.</summary>
    public int Waiting;

    /// <summary>Whether a request of it waits for a service.</summary>
    public bool WaitsFor(ServiceQueue service) => _first.Service == service || _others?.ContainsKey(service) is true;

    /// <summary>Its lane at a service. Most wait for one service at a time: theirs takes no look-up.</summary>
    public RequestLane Lane(ServiceQueue service)
    {
        if (_first.Service == service) return _first;
        if (_others?.TryGetValue(service, out var lane) is true) return lane;
        if (_first.Service is null)
        {
            lane = _first;
        }
        else
        {
            lane = new RequestLane(this);
            (_others ??= []).Add(service, lane);
        }
        lane.Service = service;
        return lane;
    }

    /// <summary>A lane of it has become empty.</summary>
    public void Release(RequestLane lane)
    {
        if (lane != _first) _others!.Remove(lane.Service!);
        lane.Service = null;
    }

    /// <summary>Any request of it that waits.</summary>
    public Request? Any()
    {
        if (_first.First is { } request) return request;
        if (_others is { Count: > 0 } others)
        {
            foreach (var lane in others.Values) return lane.First;
        }
        return null;
    }
}
