using System.Diagnostics.CodeAnalysis;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;

namespace Gatehouse.Tests.Fuzz;

/// <summary>
/// Plays conversations with a broker core. A step is one peer's message, a time that passes, a call of the hub or a connection that ends;
/// one thing in each conversation is changed before it is played.
/// </summary>
internal sealed class BrokerFuzz : IBrokerOutput, IHubServices
{
    /// <summary>What a run must have come through beside the faults.</summary>
    public static readonly string[] States =
    [
        "request to worker", "partial to client", "reply to client", "heartbeat", "disconnect", "drop", "offer refused", "withdrawn",
        "hub call", "call completed", "call failed", "undelivered", "unclaimed", "expired", "retried", "forbidden", "mmi",
    ];

    private const int Peers = 6;

    private readonly Random _random;
    private readonly FuzzScript[] _scripts;
    private readonly BrokerPeer[] _peers = new BrokerPeer[Peers];
    private readonly int[] _room = new int[64];
    private readonly FuzzWire[]? _wires;
    private readonly long[] _zmtpFaults = new long[Enum.GetValues<ZmtpFault>().Length];
    private readonly List<HubRequest> _calls = [];
    private readonly long[] _states = new long[States.Length];
    private readonly BrokerCore _core;
    private readonly Discovery _discovery = new();
    private readonly Origin _origin = new("majordomo", "tcp://fuzz");
    private readonly byte[] _address = new byte[9];
    private byte[] _changed = new byte[4096];
    private byte[] _hello = new byte[256];
    private long _now = 1000;
    private bool _isStuck, _isForbidden;

    /// <param name="seed">The same seed, the same conversations.</param>
    /// <param name="asBytes">Changes bytes of connections, in place of messages.</param>
    public BrokerFuzz(int seed, bool asBytes = false)
    {
        if (asBytes) _wires = [.. Enumerable.Range(0, Peers).Select(_ => new FuzzWire())];
        Seed = seed;
        _random = new Random(seed);
        _scripts = FuzzScript.All();
        var options = new BrokerOptions { Deadline = TimeSpan.FromSeconds(60), QueueLimit = 8, MaxMessage = 256, Once = ["once"] };
        _core = new BrokerCore(options, this, this);
    }

    public int Seed { get; }

    public long Played { get; private set; }

    /// <summary>One conversation with one change.</summary>
    public void Play()
    {
        Played++;
        var script = _scripts[_random.Next(_scripts.Length)];
        var changed = _random.Next(script.Steps.Length + 1);
        var other = _random.Next(script.Steps.Length);
        var how = _random.Next(12);
        for (var i = 0; i < script.Steps.Length; i++)
        {
            var step = script.Steps[i];
            if (i != changed)
            {
                Take(step, step.Message);
                continue;
            }
            switch (how)
            {
                case 0:
                    break;
                case 1:
                    Take(step, step.Message);
                    Take(step, step.Message);
                    break;
                case 2:
                    Take(script.Steps[other], script.Steps[other].Message);
                    Take(step, step.Message);
                    break;
                case 3:
                    Take(step with { Peer = (step.Peer + 1) % Peers }, step.Message);
                    break;
                case 4:
                    var foreign = _scripts[_random.Next(_scripts.Length)];
                    var stolen = foreign.Steps[_random.Next(foreign.Steps.Length)];
                    Take(stolen with { Peer = step.Peer }, stolen.Message);
                    break;
                case 5:
                    Take(step, step.Message);
                    Take(step with { Act = FuzzAct.Close }, []);
                    break;
                default:
                    var isBytes = _wires is not null && _random.Next(2) == 0;
                    Take(
                        step,
                        isBytes
                            ? FuzzChange.MakeOfBytes(step.Message, ref _changed, _random)
                            : FuzzChange.Make(step.Message, ref _changed, _room, _random));
                    break;
            }
        }
        End();
    }

    /// <summary>Nobody is left, and nothing is held.</summary>
    public void CheckRest()
    {
        var statistics = _core.Statistics(_now);
        var totals = statistics.Totals;
        Assert.Equal((0, 0, 0, 0L), (totals.Peers, totals.Clients, totals.Workers, totals.HeldBytes));
        Assert.Empty(statistics.Services);
        Assert.Equal(long.MaxValue, _core.NextTick);
        Assert.Equal(totals.Requests, totals.Replies + totals.Failures + totals.Abandoned);
    }

    public SortedDictionary<string, long> Reached()
    {
        var totals = _core.Statistics(_now).Totals;
        var reached = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (fault, count) in totals.Faults) reached[fault] = count;
        for (var i = 0; i < States.Length; i++) reached[States[i]] = _states[i];
        reached["undelivered"] = totals.Undelivered;
        reached["unclaimed"] = totals.Unclaimed;
        reached["expired"] = totals.Expired;
        reached["retried"] = totals.Retries;
        reached["mmi"] = totals.Mmi;
        foreach (var fault in Enum.GetValues<ZmtpFault>()) reached[$"ZMTP {fault}"] = _zmtpFaults[(int)fault];
        foreach (var (state, count) in reached.ToArray())
        {
            if (count == 0) reached.Remove(state);
        }
        return reached;
    }

    public bool Send(BrokerPeer peer, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (_isStuck) return false;
        var state = (head[^1], head.Length) switch
        {
            _ when body.IsEmpty => head.SequenceEqual(MdpHead.Heartbeat(peer.Dialect)) ? 3 : 4,
            _ when peer.Role == BrokerRole.Worker => 0,
            _ when peer.Dialect != MdpDialect.Mdp01 && head[peer.Dialect == MdpDialect.Mdp02 ? 10 : 4] == 2 => 1,
            _ => 2,
        };
        _states[state]++;
        if (state == 0 && head[^12] == _address.Length) head[^11..^2].CopyTo(_address);
        return true;
    }

    public void Drop(BrokerPeer peer, BrokerFault reason) => _states[5]++;

    public bool Offer(string service)
    {
        if (service != "taken") return true;
        _states[6]++;
        return false;
    }

    public void Withdraw(string service) => _states[7]++;

    public void Call(HubRequest request)
    {
        _states[8]++;
        _calls.Add(request);
    }

    public void Search(HubRequest request, NameSearch search) => _core.Answer(request, Reply.Ok(search.Run(_discovery)), _now);

    public void Rest(BrokerPeer client) { }

    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? service)
    {
        service = name.SequenceEqual("hub.info"u8) ? "hub.info" : null;
        return service is not null;
    }

    public IReadOnlyList<string> Names() => ["hub.info"];

    public bool MayCall(Origin origin, string service)
    {
        if (_isForbidden) _states[15]++;
        return !_isForbidden;
    }

    private void Take(in FuzzStep step, ReadOnlySpan<byte> message)
    {
        switch (step.Act)
        {
            case FuzzAct.Return:
                Readdress(step.Message);
                goto case FuzzAct.Say;
            case FuzzAct.Say:
                if (_wires is not null) Feed(step.Peer, message);
                else Receive(step.Peer, message);
                break;
            case FuzzAct.Close:
                Close(step.Peer);
                break;
            case FuzzAct.Wait:
                Wait(step.Time);
                break;
            case FuzzAct.Call:
                _core.Request(new FuzzCall(this, _now + step.Time), _now);
                break;
            case FuzzAct.Answer:
                if (_calls.Count > 0) _core.Answer(_calls[^1], Reply.Ok(Frames.Of("x")), _now);
                break;
            case FuzzAct.Forbid:
                _isForbidden = !_isForbidden;
                break;
            default:
                _isStuck = !_isStuck;
                break;
        }
    }

    // A reply goes to the caller of the hub whose request a worker got last: its address has a number that no script can know.
    private void Readdress(byte[] reply)
    {
        if (!ZmtpFrames.TryRead(reply, _room, out var read)) return;
        var body = read.From(read.Count - 1).Length;
        _address.CopyTo(reply.AsSpan(reply.Length - body - 2 - _address.Length));
    }

    private void Receive(int index, ReadOnlySpan<byte> bytes)
    {
        if (ZmtpFrames.TryRead(bytes, _room, out var message)) _core.Received(_peers[index] ??= Open(index), message, _now);
        else Close(index);
    }

    private void Feed(int index, ReadOnlySpan<byte> bytes)
    {
        var wire = _wires![index];
        if (_peers[index] is null)
        {
            _peers[index] = Open(index);
            var peer = _peers[index];
            wire.Open((in message) =>
            {
                Assert.True(wire.IsReady);
                _core.Received(peer, message, _now);
                if (!peer.IsOpen) wire.Halt();
            });
            ReadOnlySpan<byte> hello = FuzzWire.Handshake;
            if (_random.Next(8) == 0) hello = FuzzChange.MakeOfBytes(hello, ref _hello, _random);
            if (!wire.Feed(hello, _random.Next(hello.Length + 1)))
            {
                CloseWire(index);
                return;
            }
        }
        if (!wire.Feed(bytes, _random.Next(bytes.Length + 1)) || !_peers[index].IsOpen) CloseWire(index);
    }

    private void CloseWire(int index)
    {
        _zmtpFaults[(int)_wires![index].Fault]++;
        Close(index);
    }

    private BrokerPeer Open(int index)
    {
        var peer = new BrokerPeer(this, FuzzScript.Identities[index], _origin);
        _core.Opened(peer, _now);
        return peer;
    }

    private void Close(int index)
    {
        if (_peers[index] is not { } peer) return;
        _peers[index] = null!;
        _core.Closed(peer, _now);
    }

    private void Wait(long time)
    {
        for (var end = _now + time; ; _now = Math.Max(_now, _core.NextTick), _core.Tick(_now))
        {
            if (_core.NextTick <= end) continue;
            _now = end;
            return;
        }
    }

    private void End()
    {
        _isStuck = _isForbidden = false;
        for (var i = 0; i < Peers; i++) Close(i);
        // Callers of the hub may still wait for a worker.
        if (_core.NextTick != long.MaxValue) Wait(20_000);
        foreach (var call in _calls) _core.Answer(call, Reply.Failed("the end"), _now);
        _calls.Clear();
    }

    private sealed class FuzzCall(BrokerFuzz fuzz, long deadline) : HubCall("echo", Payload, deadline, Who)
    {
        private static readonly Frames Payload = Frames.Of("call");
        private static readonly Origin Who = new("http");
        private bool _hasEnded;

        public override void Complete(in Reply reply)
        {
            if (_hasEnded) throw new InvalidOperationException("A call ended twice.");
            _hasEnded = true;
            fuzz._states[reply.Status == CallStatus.Ok ? 9 : 10]++;
        }
    }
}
