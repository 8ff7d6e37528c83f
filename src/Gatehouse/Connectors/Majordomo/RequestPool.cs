namespace Gatehouse.Connectors.Majordomo;

/// <summary>Requests to be used again, so that forwarding allocates nothing. Bounded by number and by what their buffers take.</summary>
internal sealed class RequestPool
{
    /// <summary>A larger buffer is not kept: a rare large message would hold its memory for ever.</summary>
    public const int LargestBuffer = 64 * 1024;

    private const int MostRequests = 16_384;
    private const long MostBytes = 8 << 20;

    private readonly Stack<Request> _free = new();
    private long _bytes;

    public Request Take()
    {
        if (!_free.TryPop(out var request)) return new Request();
        _bytes -= request.Capacity;
        return request;
    }

    public void Return(Request request)
    {
        request.Clear();
        if (_free.Count >= MostRequests || _bytes + request.Capacity > MostBytes) return;
        _bytes += request.Capacity;
        _free.Push(request);
    }
}
