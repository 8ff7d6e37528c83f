using Gatehouse.Devices;

namespace Gatehouse.Drivers.OneWire;

/// <summary>One bus master with its thermometers, which are read one after the other: a bus carries one conversation at a time.</summary>
internal sealed class OneWireBus : IAsyncDisposable
{
    private readonly HungReads _hung;
    private readonly AbandonableReader _reader;
    private readonly BulkConversion? _bulk;
    private readonly List<OneWireSensor> _sensors = [];
    private readonly CancellationTokenSource _ending = new();
    private Task _round = Task.CompletedTask;

    public OneWireBus(string name, OneWireDriverOptions options, HungReads hung, TimeProvider time)
    {
        _hung = hung;
        var limit = options.Interval * 2;
        _reader = new AbandonableReader("onewire", hung, time, limit > options.Patience ? limit : options.Patience, options.Patience);
        var bulk = OneWireSearch.BulkFile(options.Path, name);
        if (name.Length > 0 && File.Exists(bulk)) _bulk = new BulkConversion(bulk, name, time);
    }

    public int Count => _sensors.Count;

    public bool Has(FoundSensor found) => _sensors.Exists(s => s.Found == found);

    /// <summary>Those that hang on it now; the others leave. Those that are known stay as they are.</summary>
    public void Follow(IEnumerable<FoundSensor> found, Func<FoundSensor, OneWireSensor> make)
    {
        var here = found.ToList();
        for (var i = _sensors.Count - 1; i >= 0; i--)
        {
            if (here.Contains(_sensors[i].Found)) continue;
            _sensors[i].End(_hung);
            _sensors.RemoveAt(i);
        }
        foreach (var sensor in here)
        {
            if (!Has(sensor)) _sensors.Add(make(sensor));
        }
    }

    /// <summary>Begins to read all, unless it is still at it.</summary>
    /// <exception cref="Exception">What the round before failed with.</exception>
    public async ValueTask BeginAsync()
    {
        if (!_round.IsCompleted) return;
        await _round;
        _round = ReadAsync([.. _sensors], _ending.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _round.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var sensor in _sensors) sensor.End(_hung);
        _bulk?.End(_hung);
        _reader.Dispose();
        _ending.Dispose();
    }

    private async Task ReadAsync(OneWireSensor[] sensors, CancellationToken stop)
    {
        var measured = sensors.Length > 1 && _bulk is not null && await _bulk.MeasureAsync(_reader, stop);
        foreach (var sensor in sensors) sensor.HasMeasured = measured;
        await _reader.ReadAsync(sensors, stop);
    }
}
