using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// The calls of a client and the lanes that carry them: a call takes a free lane, or waits in order until one is. All on the loop, but for
/// what says otherwise.
/// </summary>
internal sealed class ClientPool(IoLoop loop, string address, MdpClientOptions options) : IAsyncDisposable
{
    // Any thread.
    private readonly TaskCompletionSource<ZmtpEndpoint[]> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ZmtpOptions _socket = options.ToSocket();
    private long _strays;

    // The loop's thread.
    private readonly List<ClientLane> _lanes = [];
    private readonly Queue<ClientLane> _free = [];
    private readonly LinkedList<ClientCall> _waiting = [];
    private int _busy;
    private bool _isClosed;

    public IoLoop Loop => loop;

    public string Address => address;

    public MdpClientOptions Options => options;

    public long Strays => Volatile.Read(ref _strays);

    /// <summary>Any thread.</summary>
    public void Submit(ClientCall call)
    {
        if (!loop.Post(call)) call.Close();
    }

    /// <summary>Nobody waits for it any more. Any thread.</summary>
    public void Abandon(ClientCall call) => loop.Post(() =>
    {
        if (call.IsEnded) return;
        call.Forget();
        Release(call);
    });

    /// <summary>The reader of a stream has caught up. Any thread.</summary>
    public void Resume(ClientCall call) => loop.Post(() =>
    {
        if (call.Lane is not { } lane) return;
        lane.Resume();
        Renew(call);
    });

    /// <summary>Any thread but the loop's; again does no harm.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!loop.Post(Close)) return;
        foreach (var endpoint in await _closed.Task.ConfigureAwait(false)) await endpoint.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A call begins.</summary>
    public void Accept(ClientCall call)
    {
        if (_isClosed)
        {
            call.Close();
            return;
        }
        if (call.IsEnded) return;
        call.TriesLeft = options.Tries;
        call.Due = loop.Now + (long)Math.Ceiling(call.Deadline.TotalMilliseconds);
        call.Timer = loop.StartTimer(Patience(call), () => Expire(call));
        Enqueue(call, first: false);
        if (!Serve() && call.Place is not null && _waiting.Count > options.QueueLimit)
        {
            Release(call);
            call.End(new MdpResult(MdpOutcome.Busy, $"{options.QueueLimit} calls wait for the broker at {address} already."));
        }
    }

    /// <summary>A lane can take a call.</summary>
    public void Free(ClientLane lane)
    {
        if (!lane.IsListed)
        {
            lane.IsListed = true;
            _free.Enqueue(lane);
        }
        Serve();
    }

    /// <summary>A part came, and more will.</summary>
    public static void Renew(ClientCall call)
    {
        if (call.IsRenewed && !call.IsEnded) call.Timer!.Restart(call.Deadline);
    }

    /// <summary>The reader is behind: no part can come, and none is late.</summary>
    public static void Suspend(ClientCall call) => call.Timer!.Cancel();

    /// <summary>The call left its lane, whatever became of it.</summary>
    public void Left(ClientCall call)
    {
        if (call.Lane is null) return;
        call.Lane = null;
        _busy--;
    }

    /// <summary>The lane under a call broke: it is asked again when it may be, else it has failed.</summary>
    public void Lost(ClientCall call, MdpOutcome outcome, string reason)
    {
        Left(call);
        if (call.IsEnded) return;
        call.Broken = new MdpResult(outcome, reason);
        if (call.TriesLeft == 0 || !call.MayRepeat) call.End(call.Broken.Value);
        else Repeat(call);
    }

    public void CountStray() => _strays++;

    private void Enqueue(ClientCall call, bool first) => call.Place = first ? _waiting.AddFirst(call) : _waiting.AddLast(call);

    private void Repeat(ClientCall call)
    {
        (call as WholeCall)?.Restart();
        call.Timer!.Restart(Patience(call));
        // Before those that came later.
        Enqueue(call, first: true);
        Serve();
    }

    // True when nobody waits any more.
    private bool Serve()
    {
        while (_waiting.First is { } first)
        {
            if (!_free.TryDequeue(out var lane))
            {
                Grow();
                return false;
            }
            lane.IsListed = false;
            if (!lane.IsFree) continue;
            _waiting.Remove(first);
            var call = first.Value;
            call.Place = null;
            call.Lane = lane;
            _busy++;
            var left = Math.Max(0, call.Due - loop.Now) / call.TriesLeft--;
            call.Timer!.Restart(TimeSpan.FromMilliseconds(left));
            lane.Send(call);
        }
        return true;
    }

    // A lane for each call that waits; those that connect, or have just had their reply, will take one each.
    private void Grow()
    {
        if (_lanes.Count == options.Lanes || _waiting.Count <= _lanes.Count - _busy) return;
        var lane = new ClientLane(this, _socket);
        _lanes.Add(lane);
        lane.Start();
    }

    private bool IsConnected => _lanes.Exists(l => l.IsConnected);

    private TimeSpan Patience(ClientCall call)
    {
        var left = TimeSpan.FromMilliseconds(Math.Max(0, call.Due - loop.Now));
        return options.ConnectTimeout > TimeSpan.Zero && options.ConnectTimeout < left ? options.ConnectTimeout : left;
    }

    private void Expire(ClientCall call)
    {
        if (call.Place is not null)
        {
            if (IsConnected && loop.Now < call.Due)
            {
                // Connected in time: only the deadline counts from now on.
                call.Timer!.Restart(TimeSpan.FromMilliseconds(call.Due - loop.Now));
                return;
            }
            Release(call);
            call.End(IsConnected ? Late(call) : Alone(call));
            return;
        }
        call.Lane!.Reset();
        Left(call);
        if (call.TriesLeft > 0 && call.MayRepeat && loop.Now < call.Due) Repeat(call);
        else call.End(Late(call));
    }

    private MdpResult Late(ClientCall call)
    {
        var service = System.Text.Encoding.UTF8.GetString(call.Service);
        return new(MdpOutcome.Timeout, FormattableString.Invariant(
            $"'{service}' did not answer in {call.Deadline.TotalSeconds:0.###} s, by way of the broker at {address}."));
    }

    // Not connected when its time was over: what it was sent over before, if it was, says more than that.
    private MdpResult Alone(ClientCall call) => call.TriesLeft < options.Tries
        ? call.Broken ?? Late(call)
        : new(MdpOutcome.Unreachable, $"No broker answers at {address}: {_lanes[0].Trouble()}");

    private void Release(ClientCall call)
    {
        if (call.Place is { } place)
        {
            _waiting.Remove(place);
            call.Place = null;
        }
        if (call.Lane is not { } lane) return;
        lane.Reset();
        Left(call);
    }

    private void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            foreach (var call in _waiting) call.Close();
            _waiting.Clear();
            foreach (var lane in _lanes) lane.Close();
        }
        _closed.TrySetResult([.. _lanes.Select(l => l.Endpoint)]);
    }
}
