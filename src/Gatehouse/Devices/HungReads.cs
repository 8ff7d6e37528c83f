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
    private readonly Dictionary<string, string> _familyByName = new(StringComparer.Ordinal);
    private long _abandoned;

    /// <summary>How many hang now.</summary>
    public int Count
    {
        get
        {
            lock (_changing) return _familyByName.Count;
        }
    }

    /// <summary>How many were ever given up waiting for.</summary>
    public long Abandoned => Volatile.Read(ref _abandoned);

    /// <summary>False while this read hangs, and while too many do and one of its family is among them.</summary>
    public bool MayStart(string name, string family)
    {
        lock (_changing)
        {
            if (_familyByName.Count == 0) return true;
            return !_familyByName.ContainsKey(name) && (_familyByName.Count <= Most || !_familyByName.ContainsValue(family));
        }
    }

    public void Add(string name, string family)
    {
        lock (_changing)
        {
            if (!_familyByName.TryAdd(name, family)) return;
            _abandoned++;
            LogHung(name, driver);
            if (_familyByName.Count > Most) LogTooMany(_familyByName.Count, driver, Most, Families());
        }
    }

    public void Remove(string name)
    {
        lock (_changing)
        {
            if (_familyByName.Remove(name)) LogCameBack(name, driver);
        }
    }

    private string Families() => string.Join(", ", _familyByName.Values.Distinct().Order(StringComparer.Ordinal));

    [LoggerMessage(4011, LogLevel.Warning, "Reading {What} hangs: driver {Driver} no longer waits for it, its values go stale until the read comes back")]
    private partial void LogHung(string what, string driver);

    [LoggerMessage(4012, LogLevel.Error, "{Count} reads of driver {Driver} hang, more than {Most}: it starts no more of these: {Families}. Check the hardware or the server behind them")]
    private partial void LogTooMany(int count, string driver, int most, string families);

    [LoggerMessage(4013, LogLevel.Information, "Reading {What} came back: driver {Driver} reads it again")]
    private partial void LogCameBack(string what, string driver);
}
