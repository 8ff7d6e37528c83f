using System.Runtime.InteropServices;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Devices;

/// <summary>How much one driver may set.</summary>
/// <param name="Rate">Values per second in the long run.</param>
/// <param name="Burst">Values at once after a pause.</param>
internal sealed record FloodLimit(double Rate = 5000, int Burst = 10_000);

/// <summary>
/// The way of all of one driver's values into the tree. When the driver floods, the newest value of each key waits here until there
/// is room again, and is set by the next call or by the gate's own timer; older ones are left out. It is also where the driver shows
/// that it lives.
/// </summary>
/// <remarks>Any thread. Order of locks: gate, tree.</remarks>
internal sealed partial class FloodGate : IDisposable
{
    /// <summary>A flood is over when nothing was held back for this long: a source just above the limit makes one flood.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FlushPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShowPeriod = TimeSpan.FromSeconds(1);

    private readonly ValueTree _tree;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FloodLimit _limit;
    private readonly Origin _origin;
    private readonly Key _limitedKey;
    private readonly Lock _passing = new();
    private readonly ITimer _timer;

    // Under the lock. A key that was released may still stand in the order; then it is no longer held.
    private readonly Dictionary<Key, Change> _held = [];
    private readonly Queue<Key> _order = new();
    private readonly List<Change> _round = [];
    private double _room;
    private long _refilled;
    private bool _flooded;
    private bool _disposed;
    private long _lastHeld;
    private long _lastShown;
    private long _limited;
    private long _limitedBefore;
    private long _leftOut;

    private long _alive;

    public FloodGate(ValueTree tree, string driver, TimeProvider time, ILogger logger, FloodLimit? limit = null)
    {
        (_tree, _time, _logger, _limit) = (tree, time, logger, limit ?? new FloodLimit());
        Driver = driver;
        _origin = new Origin(driver);
        _limitedKey = tree.Intern($"/hub/driver/{KeySegment.Escape(driver)}/limited");
        _room = _limit.Burst;
        _refilled = _alive = time.GetTimestamp();
        _timer = time.CreateTimer(static gate => ((FloodGate)gate!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Show();
    }

    public string Driver { get; }

    /// <summary>The clock that its values go by.</summary>
    public TimeProvider Time => _time;

    /// <summary>How long ago the driver last set something or said that it lives.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _alive));

    /// <summary>For a driver that is well and has nothing to set.</summary>
    public void SignOfLife() => Volatile.Write(ref _alive, _time.GetTimestamp());

    /// <summary>Sets these values now, or as soon as there is room; seen whole or not at all unless they had to be held back.</summary>
    /// <exception cref="ValueTooLargeException">A value has more than <see cref="Value.MaxSize"/> bytes.</exception>
    public void Set(ReadOnlySpan<Change> batch)
    {
        lock (_passing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Volatile.Write(ref _alive, Refill());
            if (_held.Count > 0) Flush();
            if (_held.Count == 0 && _room >= batch.Length)
            {
                _tree.Set(batch, _origin);
                _room -= batch.Length;
            }
            else
            {
                HoldBack(batch);
            }
        }
    }

    /// <summary>Sets what is held back for this key at once: its device leaves.</summary>
    public void Release(Key key)
    {
        lock (_passing)
        {
            if (_held.Remove(key, out var change)) _tree.Set(change, _origin);
        }
    }

    /// <summary>Removes the value of this key at once, with what is held back: its device never was.</summary>
    public void Remove(Key key)
    {
        lock (_passing)
        {
            _held.Remove(key);
            if (_tree.Get(key) is not null) _tree.Set(new Change(key, default, Removed: true), _origin);
        }
    }

    /// <summary>Sets everything that is held back.</summary>
    public void Dispose()
    {
        lock (_passing)
        {
            if (_disposed) return;
            _disposed = true;
            _room = double.PositiveInfinity;
            Flush();
            if (_flooded) EndFlood();
        }
        _timer.Dispose();
    }

    private long Refill()
    {
        var now = _time.GetTimestamp();
        _room = Math.Min(_limit.Burst, _room + (_time.GetElapsedTime(_refilled, now).TotalSeconds * _limit.Rate));
        return _refilled = now;
    }

    private void HoldBack(ReadOnlySpan<Change> batch)
    {
        foreach (ref readonly var change in batch)
        {
            if (change.Value.Size > Value.MaxSize) throw new ValueTooLargeException(change.Value.Size);
        }
        if (!_flooded) BeginFlood();
        _lastHeld = _refilled;
        foreach (ref readonly var change in batch)
        {
            ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(_held, change.Key, out var replaces);
            held = change.Time == default ? change with { Time = _time.GetUtcNow().UtcDateTime } : change;
            if (replaces) _leftOut++;
            else _order.Enqueue(change.Key);
        }
        _limited += batch.Length;
    }

    private void Flush()
    {
        while (_room >= 1 && _order.TryDequeue(out var key))
        {
            if (!_held.Remove(key, out var change)) continue;
            _round.Add(change);
            _room--;
        }
        _tree.Set(CollectionsMarshal.AsSpan(_round), _origin);
        _round.Clear();
    }

    // The driver may have fallen silent: what is held back must not wait for its next call.
    private void Tick()
    {
        lock (_passing)
        {
            if (_disposed || !_flooded) return;
            var now = Refill();
            Flush();
            if (_held.Count == 0 && _time.GetElapsedTime(_lastHeld, now) >= Calm) EndFlood();
            else if (_time.GetElapsedTime(_lastShown, now) >= ShowPeriod) Show();
        }
    }

    private void BeginFlood()
    {
        _flooded = true;
        (_limitedBefore, _leftOut) = (_limited, 0);
        LogFlood(Driver, _limit.Rate);
        _timer.Change(FlushPeriod, FlushPeriod);
    }

    private void EndFlood()
    {
        _flooded = false;
        if (!_disposed) _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Show();
        LogFloodOver(Driver, _limited - _limitedBefore, _leftOut);
    }

    private void Show()
    {
        _lastShown = _refilled;
        _tree.Set(new Change(_limitedKey, Value.From(_limited)), _origin);
    }

    [LoggerMessage(4001, LogLevel.Warning,
        "Driver {Driver} sets more than {Rate} values/s: until it calms down only the newest value of each key is set")]
    private partial void LogFlood(string driver, double rate);

    [LoggerMessage(4002, LogLevel.Information,
        "Driver {Driver} has calmed down: {Held} values were held back, {LeftOut} of them left out for newer ones")]
    private partial void LogFloodOver(string driver, long held, long leftOut);
}
