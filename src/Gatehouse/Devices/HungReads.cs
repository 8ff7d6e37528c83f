namespace Gatehouse.Devices;

/// <summary>
/// The reads of one driver that do not come back. It outlives the driver's runs, so that a restart does not start the same read beside
/// one that still hangs. Any thread.
/// </summary>
internal sealed partial class HungReads(string driver, ILogger logger)
{
    /// <summary>Reads that may hang at a time; with more, the families they belong to are not read at all.</summary>
    public const int Most = 2;

    private readonly Lock _changing = new();
    private readonly Dictionary<string, Absent> _byName = new(StringComparer.Ordinal);
    private int _count;
    private long _abandoned;

    /// <summary>How many hang now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many were ever given up waiting for.</summary>
    public long Abandoned => Volatile.Read(ref _abandoned);

    /// <summary>False while this read was left behind, and while too many were and one of its family is among them.</summary>
    public bool MayStart(string name, string family)
    {
        lock (_changing)
        {
            if (_byName.Count == 0) return true;
            return !_byName.ContainsKey(name) && (_byName.Count <= Most || !_byName.Values.Any(a => a.Family == family));
        }
    }

    /// <summary>The other reads no longer wait for this one. It may be slow only.</summary>
    public void Leave(string name, string family)
    {
        lock (_changing) _byName.TryAdd(name, new Absent(family, IsHung: false));
    }

    /// <summary>This one is taken to hang.</summary>
    public void Add(string name, string family)
    {
        lock (_changing)
        {
            if (_byName.TryGetValue(name, out var absent) && absent.IsHung) return;
            _byName[name] = new Absent(family, IsHung: true);
            _count++;
            _abandoned++;
            LogHung(name, driver);
            if (_count > Most) LogTooMany(_count, driver, Most, Families());
        }
    }

    /// <summary>It came back.</summary>
    public void Remove(string name)
    {
        lock (_changing)
        {
            if (!_byName.Remove(name, out var absent) || !absent.IsHung) return;
            _count--;
            LogCameBack(name, driver);
        }
    }

    private string Families() =>
        string.Join(", ", _byName.Values.Where(a => a.IsHung).Select(a => a.Family).Distinct().Order(StringComparer.Ordinal));

    private readonly record struct Absent(string Family, bool IsHung);

    [LoggerMessage(4011, LogLevel.Warning,
        "Reading {What} hangs: driver {Driver} no longer waits for it, its values go stale until the read comes back")]
    private partial void LogHung(string what, string driver);

    [LoggerMessage(4012, LogLevel.Error,
        "{Count} reads of driver {Driver} hang, more than {Most}: it starts no more of {Families}. Check what is behind them")]
    private partial void LogTooMany(int count, string driver, int most, string families);

    [LoggerMessage(4013, LogLevel.Information, "Reading {What} came back: driver {Driver} reads it again")]
    private partial void LogCameBack(string what, string driver);
}
