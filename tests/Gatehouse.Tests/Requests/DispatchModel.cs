using Gatehouse.Requests;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Tests.Requests;

/// <summary>A core between a disk and targets that are made up: whatever happens, what is on disk is delivered by the rules.</summary>
internal sealed class DispatchModel
{
    public const int Window = 16, PerTarget = 3, Tries = 4;

    private static readonly DispatchLimits Limits =
        new(Tries, PerTarget, Delay: 1000, LongestDelay: 60_000) { Window = Window, FreshBytes = 6000 };

    private static readonly string[] Services = ["a", "b", "lab.c", "lab.d", "slow"];

    private readonly Random _random;
    private readonly SortedDictionary<long, OnDisk> _disk = [];
    private readonly HashSet<string> _offered = [];
    private readonly List<Delivery> _underWay = [];
    private readonly List<Refill> _refills = [];
    private readonly Dictionary<long, int> _attempts = [];
    private DispatchCore _core;
    private long _now, _next = 1;
    private int _run;

    public DispatchModel(int seed)
    {
        _random = new Random(seed);
        _core = new DispatchCore(Limits, _random.NextDouble);
        _core.FoundAll();
        _core.Start();
    }

    public SortedDictionary<string, long> Seen { get; } = new(StringComparer.Ordinal);

    public int Pending => _disk.Count;

    public void Step()
    {
        switch (_random.Next(100))
        {
            case < 30:
                for (var i = _random.Next(1, 30); i > 0; i--) Accept(Any(Services));
                break;
            case < 40:
                Offer(Any(Services));
                break;
            case < 43:
                _offered.Remove(Any(Services));
                break;
            case < 45:
                _offered.UnionWith(Services.Where(service => service.StartsWith("lab.", StringComparison.Ordinal)));
                _core.Offered(ServiceName.Parse("lab."));
                break;
            case < 80:
                if (_underWay.Count > 0) Reply(_underWay[_random.Next(_underWay.Count)], Any(Enum.GetValues<CallStatus>()));
                break;
            case < 86:
                if (_disk.Count > 0) Close(_disk.Keys.ElementAt(_random.Next(_disk.Count)));
                break;
            case < 97:
                _now += _random.Next(5000);
                _core.Tick(_now);
                break;
            case < 98:
                _core.Stop();
                Assert.False(_core.TryBegin(out _));
                _core.Start();
                break;
            default:
                Restart();
                break;
        }
        Pump();
    }

    /// <summary>From now on everybody answers; nothing may be left over.</summary>
    public void Drain()
    {
        foreach (var service in Services) Offer(service);
        for (var round = 0; _disk.Count > 0; round++)
        {
            Assert.True(round < 100_000, $"{_disk.Count} requests are never delivered: {_disk.First()}");
            Pump();
            while (_underWay.Count > 0) Reply(_underWay[0], CallStatus.Ok);
            _now += 1000;
            _core.Tick(_now);
        }
        Pump();
        while (_underWay.Count > 0) Reply(_underWay[0], CallStatus.Ok);
        while (_refills.Count > 0) Refill(_refills[0]);
        _now += 100_000;
        _core.Tick(_now);
        Pump();
        while (_core.Lanes > 0 && _refills.Count > 0) Refill(_refills[0]);
        Assert.Equal((0, 0, 0, 0L), (_core.Lanes, _core.UnderWay, _core.Later, _core.FreshBytes));
    }

    private T Any<T>(T[] of) => of[_random.Next(of.Length)];

    private void Accept(string service)
    {
        var number = _next++;
        _disk.Add(number, new OnDisk(service, 0, _run));
        var fresh = new FreshRequest($"{number}", "peer", Frames.Of(new byte[_random.Next(400)]));
        if (!_core.Accepted(number, service, fresh)) LookUp(service);
        Assert.InRange(_core.FreshBytes, 0, Limits.FreshBytes);
    }

    private void Offer(string service)
    {
        _offered.Add(service);
        _core.Offered(ServiceName.Parse(service));
    }

    private void LookUp(string service)
    {
        if (_offered.Contains(service)) _core.Offered(ServiceName.Parse(service));
    }

    private void Close(long number)
    {
        Count(_core.Closed(number, _disk[number].Service) ? "closed" : "closed under way");
        _disk.Remove(number);
    }

    private void Restart()
    {
        Count("restarted");
        _run++;
        _core = new DispatchCore(Limits, _random.NextDouble);
        _underWay.Clear();
        _refills.Clear();
        _core.Start();
        var before = _next;
        foreach (var (number, row) in _disk.ToArray())
        {
            if (number >= before) continue;
            if (!_core.Found(Row(number, row))) LookUp(row.Service);
            if (_random.Next(50) == 0) Accept(Any(Services));
            if (_random.Next(50) == 0) Pump();
        }
        _core.FoundAll();
    }

    private void Pump()
    {
        while (_core.TryBegin(out var delivery))
        {
            _underWay.Add(delivery);
            Assert.InRange(_underWay.Count(d => d.Lane.Service == delivery.Lane.Service), 1, PerTarget);
            Assert.InRange(delivery.Lane.Known, 1, Window);
            if (!_disk.TryGetValue(delivery.Number, out var row))
            {
                // Only what has to be read first: then it is found to be gone.
                Assert.Null(delivery.Fresh);
                Count("gone");
                Leave(delivery);
                _core.Ended(delivery);
                continue;
            }
            Assert.Equal(row.Service, delivery.Lane.Service);
            Assert.True(delivery.Attempt > _attempts.GetValueOrDefault(delivery.Number) || delivery.Refusals > 0 || row.WasRefused);
            if (delivery.Fresh is null) Count("read");
            row.WasRefused = false;
            _attempts[delivery.Number] = delivery.Attempt;
            Assert.Equal(1 + row.Tries + _run - row.Run, delivery.Attempt);
        }
        while (_core.TryRefill(out var refill)) _refills.Add(refill);
        if (_refills.Count > 0 && _random.Next(3) == 0) Refill(_refills[_random.Next(_refills.Count)]);
    }

    private void Refill(Refill refill)
    {
        _refills.Remove(refill);
        if (_random.Next(5) == 0)
        {
            Count("not refilled");
            _core.NotRefilled(refill);
            return;
        }
        Count("refilled");
        var rows = _disk.Where(row => row.Key > refill.After && row.Value.Service == refill.Lane.Service)
            .Take(refill.Limit).Select(row => Row(row.Key, row.Value)).ToList();
        var upTo = _next - 1;
        // Some come and go while the answer is on its way.
        if (rows.Count > 0 && _random.Next(5) == 0) Close(rows[_random.Next(rows.Count)].Number);
        for (var i = _random.Next(3); i > 0; i--) Accept(refill.Lane.Service);
        _core.Refilled(refill, rows, upTo);
    }

    private void Reply(Delivery delivery, CallStatus status)
    {
        var verdict = DispatchCore.Judge(delivery, status, Tries);
        Count($"{verdict}");
        Leave(delivery);
        var isThere = _disk.TryGetValue(delivery.Number, out var row);
        switch (verdict)
        {
            case Verdict.Answer or Verdict.Fail:
                if (verdict == Verdict.Fail && status != CallStatus.Forbidden) Assert.Equal(Tries, delivery.Tries + 1);
                _disk.Remove(delivery.Number);
                _core.Ended(delivery);
                break;
            case Verdict.Retry:
                if (!isThere)
                {
                    _core.Ended(delivery);
                    break;
                }
                row!.Tries++;
                _core.Failed(delivery, _now);
                break;
            case Verdict.Refused:
                if (isThere) row!.WasRefused = true;
                _core.Refused(delivery, _now);
                break;
            default:
                if (isThere) row!.WasRefused = true;
                _offered.Remove(delivery.Lane.Service);
                _core.NotOffered(delivery);
                break;
        }
    }

    private void Leave(Delivery delivery) => Assert.True(_underWay.Remove(delivery));

    private PendingRow Row(long number, OnDisk row) => new(number, row.Service, row.Tries, _run - row.Run);

    private void Count(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;

    private sealed record OnDisk(string Service, int Tries, int Run)
    {
        public int Tries { get; set; } = Tries;

        /// <summary>Nobody has seen the attempt that was begun.</summary>
        public bool WasRefused { get; set; }
    }
}
