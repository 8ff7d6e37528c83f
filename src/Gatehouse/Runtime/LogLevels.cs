using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.Runtime;

/// <summary>Which lines the log writes, by the options; they change without a restart.</summary>
internal sealed class LogLevels(LogOptions options) : IConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>
{
    /// <summary>The platform tells of every request at the level of information, which a log of a house has no use for.</summary>
    private const string Platform = "Microsoft";

    /// <summary>Its account of a failed start is the whole stack; whoever started the hub is told the reason in one line.</summary>
    private const string PlatformStart = "Microsoft.Extensions.Hosting.Internal.Host";

    private volatile LogOptions _options = options;
    private ConfigurationReloadToken _changed = new();

    public string Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => Volatile.Read(ref _changed);

    public void Change(LogOptions options)
    {
        _options = options;
        Interlocked.Exchange(ref _changed, new ConfigurationReloadToken()).OnReload();
    }

    public void Configure(LoggerFilterOptions options)
    {
        var current = _options;
        options.MinLevel = current.Level;
        if (current.Level >= LogLevel.Information)
        {
            options.AddFilter(Platform, (LogLevel)Math.Max((int)current.Level, (int)LogLevel.Warning));
        }
        if (current.Level > LogLevel.Debug) options.AddFilter(PlatformStart, LogLevel.None);
        foreach (var (category, level) in current.Levels) options.AddFilter(category, level);
    }
}
