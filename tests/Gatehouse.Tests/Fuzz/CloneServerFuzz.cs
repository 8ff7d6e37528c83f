using Gatehouse.Connectors.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Connectors.Clone;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Fuzz;

/// <summary>
/// Plays conversations with a clone core: publishers, subscribers and those who ask for snapshots, each over a session of its own, with
/// changes in some of the messages or of their bytes.
/// </summary>
internal sealed class CloneServerFuzz : IDisposable
{
    /// <summary>What a run must have come through beside the faults.</summary>
    public static readonly string[] States =
        ["collected", "snapshot", "fell behind", "conflated", "event missed", "epoch", "overrun", "heartbeat", "given to an owner", "lost"];

    private static readonly string[][] Updates =
    [
        ["/test/a", "\0\0\0\0", "1"], ["/test/b", "\0\0\0\0\0\0\0\x07", "0123456789abcdef", "ttl=60\ncolour=red\n", "two"],
        ["free", "\0\0\0\x01", "three"], ["/event/bell", "\0\0\0\0", ""], ["/test/a", "\0\0\0\0", ""], ["/owned/a", "\0\0\0\0", "x"],
        ["/test/large", "\0\0\0\0", new('x', 300)], ["/forbidden", "\0\0\0\0", "x"], ["/clone/x", "\0\0\0\0", "x"],
        ["/test/a", "\0\0\0\0\0\0\0\0", "", "ttl=never\n", "x"], ["/test/huge", "\0\0\0\0", new('x', Value.MaxSize + 1)],
    ];

    private static readonly string[][] Requests = [["ICANHAZ?", "/test/"], ["ICANHAZ?", ""], ["ICANHAZ?"], ["WHAT?"]];

    private readonly Random _random;
    private readonly Dictionary<string, long> _reached = [];
    private readonly int[] _room = new int[64];
    private readonly List<Wire> _wires = [];
    private CloneFixture _fixture = null!;
    private IDisposable? _owned;
    private byte[] _changed = new byte[4096];

    /// <param name="seed">The same seed, the same conversations.</param>
    public CloneServerFuzz(int seed)
    {
        (Seed, _random) = (seed, new Random(seed));
        Renew();
    }

    public int Seed { get; }

    public long Played { get; private set; }

    /// <summary>One conversation, after which nothing must be left of it.</summary>
    public void Play()
    {
        if (++Played % 2000 == 0) Renew();
        var steps = _random.Next(5, 30);
        for (var i = 0; i < steps; i++) Step();
        foreach (var wire in _wires) Close(wire);
        _wires.Clear();
        _fixture.Round();
        _fixture.Turn();
        Assert.Equal((0, 0), (_fixture.Core.Cursors, _fixture.Core.Slow));
        Assert.False(_fixture.Short.HasSubscribers || _fixture.Full.HasSubscribers);
        Assert.True(_fixture.Intake.Extras.IsEmpty);
        _fixture.Writes.Clear();
        if (Played % 100 != 0) return;
        var present = _fixture.Tree.Snapshot(KeyFilter.All, _fixture.Publisher).Entries.Where(e => e.Value.ToString().Length > 0);
        Assert.Equal(present.Count(), _fixture.Snapshot(_fixture.Full).Length - 1);
    }

    public SortedDictionary<string, long> Reached()
    {
        Gather();
        return new SortedDictionary<string, long>(_reached, StringComparer.Ordinal);
    }

    public void Dispose()
    {
        _owned?.Dispose();
        _fixture.Dispose();
    }

    private void Step()
    {
        switch (_random.Next(12))
        {
            case 0 or 1 when _wires.Count < 8:
                Open();
                break;
            case 2:
                _fixture.Round();
                break;
            case 3:
                _fixture.Turn();
                break;
            case 4:
                _fixture.Core.TellAlive();
                break;
            case 5 when _wires.Count > 0:
                var gone = _wires[_random.Next(_wires.Count)];
                Close(gone);
                _wires.Remove(gone);
                break;
            case 6 when _random.Next(4) == 0:
                for (var i = 0; i < 80; i++) _fixture.Update($"/test/{i % 7}", "burst");
                for (var i = 0; i < 3; i++) _fixture.Update("/event/burst", "e");
                break;
            default:
                if (_wires.Count > 0) Say(_wires[_random.Next(_wires.Count)]);
                break;
        }
        foreach (var wire in _wires)
        {
            if (wire.Reader is not { } reader || _random.Next(3) != 0) continue;
            foreach (var heard in _fixture.Drain(reader)) Count(heard.Key == "HUGZ" ? "heartbeat" : "heard", 1);
        }
    }

    private void Open()
    {
        var ports = _random.Next(2) == 0 ? _fixture.Short : _fixture.Full;
        var (own, peer, reader) = _random.Next(4) switch
        {
            0 => (ZmtpSocketType.Router, "DEALER", CloneFixture.Reader(ports)),
            1 => (ZmtpSocketType.Pub, "SUB", (CloneReader)CloneFixture.Follow(ports)),
            2 => (ZmtpSocketType.Pull, "PUB", null),
            _ => (ZmtpSocketType.Pull, "PUSH", null),
        };
        var wire = new Wire(this, own, reader);
        _wires.Add(wire);
        byte[] hello = Gatehouse.Tests.Sdk.Zmtp.Wire.Hello(peer);
        Feed(wire, _random.Next(10) == 0 ? FuzzChange.MakeOfBytes(hello, ref _changed, _random) : hello);
    }

    private void Say(Wire wire)
    {
        string[][] script = wire.Own switch
        {
            ZmtpSocketType.Router => Requests,
            ZmtpSocketType.Pub => [["\x01/test/"], ["\x01"], ["\0/test/"], ["\x01HUGZ"], ["\x01/event/"]],
            _ => Updates,
        };
        var frames = script[_random.Next(_random.Next(8) == 0 ? script.Length : Math.Min(script.Length, 8))];
        var message = ZmtpFrames.Encode(Frames.Of([.. frames.Select(CloneFixture.Bytes)]));
        Feed(wire, _random.Next(6) switch
        {
            0 => FuzzChange.Make(message, ref _changed, _room, _random),
            1 => FuzzChange.MakeOfBytes(message, ref _changed, _random),
            _ => message,
        });
    }

    private void Feed(Wire wire, ReadOnlySpan<byte> bytes)
    {
        if (wire.Reader is SnapshotPeer asking && !CloneFixture.Listens(asking)) return;
        if (wire.Feed(bytes)) return;
        Count("lost", 1);
        Close(wire);
        _wires.Remove(wire);
    }

    private void Close(Wire wire)
    {
        if (wire.Reader is { IsOpen: true } reader) _fixture.Core.Closed(reader);
    }

    private void Renew()
    {
        if (_fixture is not null)
        {
            Gather();
            Dispose();
        }
        _fixture = new CloneFixture(sendLimit: 1500, limit: 5000, ringSize: 64, maxKeys: 40, hide: ["/hub/"]) { MostWrites = 1 };
        _fixture.Access.Forbidden = "/forbidden";
        _owned = _fixture.Tree.Own(new KeyFilter("/owned/"), new ReadOnlyOwner("fuzz"));
    }

    private void Gather()
    {
        var totals = _fixture.Core.Totals;
        for (var i = 1; i < totals.Faults.Length; i++) Count(((CloneFault)i).ToString(), totals.Faults[i]);
        Count("collected", totals.Collected);
        Count("snapshot", totals.Snapshots);
        Count("fell behind", totals.FellBehind);
        Count("conflated", totals.Conflated);
        Count("event missed", totals.EventsMissed);
        Count("epoch", totals.Epochs);
        Count("overrun", totals.Overrun);
    }

    private void Count(string state, long count)
    {
        if (count > 0) _reached[state] = _reached.GetValueOrDefault(state) + count;
    }

    private sealed class Wire : IZmtpSink
    {
        private readonly CloneServerFuzz _fuzz;
        private readonly ZmtpSession _session;
        private byte[] _rest = [];

        public Wire(CloneServerFuzz fuzz, ZmtpSocketType own, CloneReader? reader)
        {
            (_fuzz, Own, Reader) = (fuzz, own, reader);
            var terms = new ZmtpTerms(own, [], 100_000, 12, takesPublishers: own == ZmtpSocketType.Pull);
            _session = new ZmtpSession(terms, new NullMechanism(listensFirst: own == ZmtpSocketType.Pull), this);
            _session.Start();
        }

        public ZmtpSocketType Own { get; }

        public CloneReader? Reader { get; }

        public bool Feed(ReadOnlySpan<byte> bytes)
        {
            byte[] input = [.. _rest, .. bytes];
            _rest = input[_session.Consume(input)..];
            return _session.Fault == ZmtpFault.None && Reader is null or { IsOpen: true };
        }

        public void Send(ReadOnlySpan<byte> bytes) => Assert.False(bytes.IsEmpty);

        public void Ready() { }

        public void Pinged(ushort timeToLive) { }

        public void Message(in ZmtpMessage message)
        {
            if (Reader is SnapshotPeer asking)
            {
                _fuzz._fixture.Core.Ask(asking, message);
                if (!CloneFixture.Listens(asking)) _session.Halt();
            }
            else if (Reader is null)
            {
                var before = _fuzz._fixture.Writes.Count;
                if (_fuzz._fixture.Intake.Take(message, _fuzz._fixture.Publisher)) _fuzz._fixture.Intake.Flush();
                _fuzz.Count("given to an owner", _fuzz._fixture.Writes.Count - before);
            }
        }

        public void Subscription(bool isSubscribed, ReadOnlySpan<byte> topic)
        {
            var subscriber = (Subscriber)Reader!;
            if (isSubscribed) subscriber.Ports.Subscribe(subscriber, topic);
            else subscriber.Ports.Cancel(subscriber, topic);
        }
    }
}
