using System.Buffers.Binary;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Cli;

/// <summary>
/// A client that keeps a window of requests in flight. Each request carries the number of its place in the window, so that its reply is
/// known in whatever order they come. On its loop.
/// </summary>
internal sealed class BrokerClient : IZmtpOwner, IAsyncDisposable
{
    /// <summary>What the place and the round take.</summary>
    public const int SmallestBody = 8;

    private const long Free = long.MinValue;

    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly LatencyCounts _latencies;
    private readonly ZmtpEndpoint _endpoint;
    private readonly long[] _sent;
    private readonly int[] _rounds;
    private readonly byte[] _head;
    private readonly byte[] _body;
    private readonly int _bodyAt;
    private ZmtpPeer? _peer;
    private bool _isAsking;

    public BrokerClient(IoLoop loop, byte[] service, BrokerBenchPlan plan, TimeProvider time, LatencyCounts latencies)
    {
        (_time, _latencies) = (time, latencies);
        // A whole window may wait to be sent.
        var limit = (int)Math.Min(int.MaxValue / 2, plan.Window * ((long)plan.Size + MdpHead.MaxSize));
        var options = new ZmtpOptions { SocketType = ZmtpSocketType.Dealer };
        _endpoint = new ZmtpEndpoint(loop, options with { SendLimit = Math.Max(options.SendLimit, limit) }, this);
        _sent = new long[plan.Window];
        _sent.AsSpan().Fill(Free);
        _rounds = new int[plan.Window];
        Span<byte> head = stackalloc byte[MdpHead.MaxSize];
        _head = head[..MdpHead.ClientRequest(head, MdpDialect.Mdp01, service)].ToArray();
        _body = new byte[ZmtpFrames.Size(plan.Size)];
        _bodyAt = ZmtpFrames.WriteHead(_body, plan.Size, more: false);
    }

    /// <summary>Ends with its first reply.</summary>
    public Task Answered => _answered.Task;

    /// <summary>Ends when it has been stopped and nothing is in flight.</summary>
    public Task Drained => _drained.Task;

    public long Errors { get; private set; }

    public int InFlight { get; private set; }

    /// <summary>Ends when it is connected.</summary>
    public Task ConnectAsync(string address)
    {
        _endpoint.Connect(address);
        return _connected.Task;
    }

    public void Start()
    {
        _isAsking = true;
        for (var place = 0; place < _sent.Length; place++) Ask(place);
    }

    public void Stop()
    {
        _isAsking = false;
        if (InFlight == 0) _drained.TrySetResult();
    }

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    void IZmtpOwner.Opened(ZmtpPeer peer)
    {
        _peer = peer;
        _connected.TrySetResult();
        // After a broken connection: what was in flight has been counted, and begins anew.
        if (_isAsking) Start();
    }

    void IZmtpOwner.Received(ZmtpPeer peer, in ZmtpMessage message)
    {
        var now = _time.GetTimestamp();
        if (MdpMessage.FromBroker(message, out var read) != MdpFault.None || read.Kind != MdpKind.ClientFinal)
        {
            Errors++;
            return;
        }
        var body = read.BodyFrom < message.Count ? message[read.BodyFrom] : [];
        var place = body.Length == _body.Length - _bodyAt ? BinaryPrimitives.ReadInt32LittleEndian(body) : -1;
        var isKnown = (uint)place < (uint)_sent.Length && _sent[place] != Free;
        if (!isKnown || BinaryPrimitives.ReadInt32LittleEndian(body[4..]) != _rounds[place])
        {
            // A status, most likely, and of no known request: it stands for the one that has waited longest.
            Errors++;
            place = Oldest();
            if (place < 0) return;
        }
        else
        {
            _latencies.Add(_time.GetElapsedTime(_sent[place], now));
        }
        _answered.TrySetResult();
        _sent[place] = Free;
        InFlight--;
        if (_isAsking) Ask(place);
        else if (InFlight == 0) _drained.TrySetResult();
    }

    void IZmtpOwner.Closed(ZmtpPeer peer, ZmtpFault reason)
    {
        _peer = null;
        Errors += InFlight;
        InFlight = 0;
        _sent.AsSpan().Fill(Free);
        if (!_isAsking) _drained.TrySetResult();
    }

    private void Ask(int place)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_body.AsSpan(_bodyAt), place);
        BinaryPrimitives.WriteInt32LittleEndian(_body.AsSpan(_bodyAt + 4), ++_rounds[place]);
        if (_peer is null || !_peer.Write(_head, _body))
        {
            Errors++;
            return;
        }
        _sent[place] = _time.GetTimestamp();
        InFlight++;
    }

    private int Oldest()
    {
        var oldest = -1;
        for (var i = 0; i < _sent.Length; i++)
        {
            if (_sent[i] != Free && (oldest < 0 || _sent[i] < _sent[oldest])) oldest = i;
        }
        return oldest;
    }
}
