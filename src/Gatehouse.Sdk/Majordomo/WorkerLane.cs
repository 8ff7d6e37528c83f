using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// One registration of a worker: a connection over which one request at a time comes. On the loop, but for the handler and what says
/// otherwise.
/// </summary>
internal sealed class WorkerLane : IZmtpOwner, IAsyncDisposable
{
    // How often in a row a broker must send a worker away that has just said READY, before it is believed to mean it.
    private const int MostRefusals = 3;

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    // Any thread.
    private readonly MdpWorker _worker;
    private readonly IoLoop _loop;
    private readonly ZmtpEndpoint _endpoint;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The loop's thread.
    private readonly WorkerOutbox _outbox;
    private ZmtpPeer? _peer;
    private MdpRequest? _request;
    private CancellationTokenSource? _cancel;
    private Task _handling = Task.CompletedTask;
    private Task _cancelling = Task.CompletedTask;
    private IoTimer? _beat;
    private IoTimer? _grace;
    private long _heard;
    private int _refusals;
    private bool _isRegistered;
    private bool _isHandling;
    private bool _isFresh;
    private bool _isStopping;

    public WorkerLane(MdpWorker worker, IoLoop loop)
    {
        (_worker, _loop) = (worker, loop);
        _endpoint = new ZmtpEndpoint(loop, worker.Options.ToSocket(), this);
        _outbox = new WorkerOutbox(loop);
    }

    private MdpDialect Dialect => _worker.Options.Dialect;

    public void Start() => _endpoint.Connect(_worker.Address);

    /// <summary>Answers what is in hand, says goodbye and closes. Any thread but the loop's.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_loop.Post(BeginStop)) await _left.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _cancelling.ConfigureAwait(false);
        // A handler that goes on although it was cancelled is left behind; of another only the news of its failure is to come.
        if (!_isHandling) await _handling.ConfigureAwait(false);
        await _endpoint.StopAsync(Linger).ConfigureAwait(false);
    }

    /// <summary>Any thread.</summary>
    public Task SendPartAsync(MdpRequest request, Frames frames)
    {
        if (Dialect == MdpDialect.Mdp01) throw new NotSupportedException("MDP 0.1 has no replies in parts; let the worker speak MDP 0.2.");
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = Encode(frames);
        if (!_loop.Post(() => Send(request, body, isFinal: false, sent))) sent.SetException(WorkerOutbox.Gone());
        return sent.Task;
    }

    void IZmtpOwner.Opened(ZmtpPeer peer)
    {
        _peer = peer;
        if (_isStopping) Leave();
        else if (!_isHandling) Register(peer);
    }

    void IZmtpOwner.Received(ZmtpPeer peer, in ZmtpMessage message)
    {
        if (peer != _peer) return;
        _heard = _loop.Now;
        if (MdpMessage.FromBroker(message, out var read) != MdpFault.None || read.Dialect != Dialect || read.IsClients)
        {
            Drop();
            return;
        }
        if (read.Kind == MdpKind.Disconnect)
        {
            Refused();
            return;
        }
        _isFresh = false;
        _refusals = 0;
        if (read.Kind != MdpKind.WorkerRequest || _isStopping) return;
        if (_isHandling)
        {
            // Two at once: the broker has lost count of its workers, and would take the next reply for the wrong one.
            Drop();
            return;
        }
        _worker.CountRequest();
        _cancel = new CancellationTokenSource();
        var request = new MdpRequest(this, read.Name.ToArray(), message.ToFrames(read.BodyFrom), _cancel.Token);
        (_request, _isHandling) = (request, true);
        _handling = Task.Run(() => HandleAsync(request));
    }

    void IZmtpOwner.Closed(ZmtpPeer peer, ZmtpFault reason)
    {
        if (peer == _peer) Drop();
    }

    private static byte[] Encode(in Frames frames) => frames.Count == 0 ? Mdp.EmptyBody.ToArray() : ZmtpFrames.Encode(frames);

    private async Task HandleAsync(MdpRequest request)
    {
        Exception? failure = null;
        byte[] reply;
        try
        {
            reply = Encode(await _worker.Handler(request, request.Stop).ConfigureAwait(false));
        }
        catch (Exception error)
        {
            // What the handler does is its own; the caller must have an answer.
            reply = ZmtpFrames.Encode(Frames.Of(Mdp.Failed));
            // Nobody waits for it any more: to end by that is what it was told.
            if (!request.Stop.IsCancellationRequested) failure = error;
        }
        _loop.Post(() => Answer(request, reply));
        if (failure is null) return;
        try
        {
            _worker.Tell(request, failure);
        }
        catch (Exception error)
        {
            _worker.End(error);
        }
    }

    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception error)
        {
            _worker.End(error);
        }
    }

    private void Register(ZmtpPeer peer)
    {
        Span<byte> ready = stackalloc byte[MdpHead.MaxSize];
        peer.Write(ready[..MdpHead.Ready(ready, Dialect, _worker.ServiceName)], default);
        _worker.CountConnected(1);
        _heard = _loop.Now;
        (_isRegistered, _isFresh) = (true, true);
        _beat ??= _loop.StartTimer(_worker.Options.Heartbeat, Beat);
        _beat.Restart(_worker.Options.Heartbeat);
    }

    private void Answer(MdpRequest request, byte[] reply)
    {
        _isHandling = false;
        if (Send(request, reply, isFinal: true, null))
        {
            _request = null;
            // A broker that was silent while there was work to do begins anew.
            _heard = _loop.Now;
            if (_isStopping) Leave();
        }
        else if (_peer is { } peer && !_isStopping)
        {
            // The handler outlived its connection; the next one has waited, for it may be that it can do but one thing at a time.
            Register(peer);
        }
    }

    private bool Send(MdpRequest request, byte[] body, bool isFinal, TaskCompletionSource? sent)
    {
        if (request != _request || _peer is null)
        {
            if (isFinal) _worker.CountLost();
            sent?.SetException(WorkerOutbox.Gone());
            return false;
        }
        Span<byte> head = stackalloc byte[MdpHead.MaxSize];
        head = head[..MdpHead.WorkerReply(head, Dialect, request.Address.Span, isFinal)];
        _outbox.Send(_peer, head, body, sent);
        return true;
    }

    private void Beat()
    {
        if (_peer is null || !_isRegistered) return;
        var options = _worker.Options;
        if (!_isHandling && _loop.Now - _heard >= (options.Heartbeat * options.Liveness).TotalMilliseconds)
        {
            Drop();
            return;
        }
        // What is not taken is no loss: there is enough on its way.
        if (_outbox.IsEmpty) _peer.Write(MdpHead.Heartbeat(Dialect), default);
        _beat!.Restart(options.Heartbeat);
    }

    private void Refused()
    {
        var isRefused = _isFresh && ++_refusals == MostRefusals;
        Drop();
        if (isRefused) _worker.End(new MdpRefusedException(_worker.Service, _worker.Address));
    }

    // Gives the connection up; the endpoint makes another.
    private void Drop()
    {
        var peer = Detach();
        _outbox.Clear();
        peer?.Close(ZmtpFault.Dropped);
        if (_isStopping) Leave();
    }

    // A request in hand has nobody who waits for it any more.
    private ZmtpPeer? Detach()
    {
        if (_isRegistered) _worker.CountConnected(-1);
        (_isRegistered, _isFresh) = (false, false);
        _beat?.Cancel();
        _request = null;
        if (_cancel is { } cancel)
        {
            // Not here: what is registered with it is the handler's, and may take its time.
            _cancelling = Task.Run(() => Cancel(cancel));
            _cancel = null;
        }
        var peer = _peer;
        _peer = null;
        return peer;
    }

    private void BeginStop()
    {
        _isStopping = true;
        if (_request is null) Leave();
        else _grace = _loop.StartTimer(_worker.Options.StopTimeout, Leave);
    }

    private void Leave()
    {
        _grace?.Cancel();
        if (Detach() is { IsOpen: true } peer)
        {
            _outbox.Send(peer, MdpHead.Disconnect(Dialect), [], _left);
            if (!_outbox.IsEmpty) _grace = _loop.StartTimer(Linger, () => _left.TrySetResult());
        }
        else
        {
            _left.TrySetResult();
        }
    }
}
