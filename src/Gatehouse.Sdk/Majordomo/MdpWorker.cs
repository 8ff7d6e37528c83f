using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// Serves under a name by way of a Majordomo broker: registers, is given requests, answers them, and does so again when the broker went and
/// came back.
/// </summary>
/// <remarks>
/// MDP has no errors. When a handler throws, the caller is answered one frame <c>500</c>, and <see cref="Failed"/> is told. A request whose
/// connection broke is given to another worker by good brokers, so it may be carried out twice.
/// </remarks>
public sealed class MdpWorker
{
    private readonly MdpWorkerOptions _options;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _requests;
    private long _failures;
    private long _lost;
    private int _connected;
    private int _isRunning;

    /// <summary>Makes a worker; <see cref="RunAsync"/> has it serve.</summary>
    /// <param name="address">The broker's address, such as <c>tcp://127.0.0.1:5514</c>.</param>
    /// <param name="service">The name to serve under: 1 to 255 bytes, no control characters.</param>
    /// <param name="handler">
    /// Answers a request with the reply's body, on a thread of the pool. Its token tells that nobody waits for the answer any more.
    /// Handlers run side by side when the options allow more than one.
    /// </param>
    /// <param name="options">How it serves; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is none.</exception>
    /// <exception cref="ZmtpException">It is not an address to connect to.</exception>
    public MdpWorker(
        string address, string service, Func<MdpRequest, CancellationToken, ValueTask<Frames>> handler, MdpWorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _options = (options ?? new()).Checked();
        Address = MdpChecks.Address(address);
        Service = service;
        ServiceName = MdpChecks.Service(service, nameof(service));
        Handler = handler;
    }

    /// <summary>
    /// Told of what a handler threw, after the caller was answered <c>500</c>. On a thread of the pool; what it throws itself ends the run.
    /// </summary>
    public event Action<MdpRequest, Exception>? Failed;

    /// <summary>The broker's address.</summary>
    public string Address { get; }

    /// <summary>The name it serves under.</summary>
    public string Service { get; }

    /// <summary>How many of its connections have registered, at present. MDP confirms no registration.</summary>
    public int Connected => Volatile.Read(ref _connected);

    /// <summary>Requests that it was given.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Those of them whose handler threw.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Those of them whose reply reached nobody, for the connection was gone.</summary>
    public long Lost => Volatile.Read(ref _lost);

    internal byte[] ServiceName { get; }

    internal Func<MdpRequest, CancellationToken, ValueTask<Frames>> Handler { get; }

    internal MdpWorkerOptions Options => _options;

    /// <summary>
    /// Serves until it is stopped. Then the requests in hand are answered, within the time that the options give, the broker is told, and
    /// the connections close.
    /// </summary>
    /// <param name="stop">Stops it; that is no error.</param>
    /// <exception cref="MdpRefusedException">The broker does not let anybody serve under this name.</exception>
    /// <exception cref="InvalidOperationException">It ran before: a worker runs once.</exception>
    public async Task RunAsync(CancellationToken stop = default)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0) throw new InvalidOperationException("A worker runs once; make another one.");
        var lanes = new WorkerLane[_options.Concurrency];
        var loop = _options.Loop ?? IoLoop.Shared;
        for (var i = 0; i < lanes.Length; i++) lanes[i] = new WorkerLane(this, loop);
        try
        {
            foreach (var lane in lanes) lane.Start();
            using var registration = stop.UnsafeRegister(static ended => ((TaskCompletionSource)ended!).TrySetResult(), _ended);
            await _ended.Task.ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(lanes.Select(l => l.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    internal void End(Exception reason) => _ended.TrySetException(reason);

    internal void CountRequest() => Interlocked.Increment(ref _requests);

    internal void CountLost() => Interlocked.Increment(ref _lost);

    internal void CountConnected(int by) => Interlocked.Add(ref _connected, by);

    internal void Tell(MdpRequest request, Exception error)
    {
        Interlocked.Increment(ref _failures);
        Failed?.Invoke(request, error);
    }
}
