namespace Gatehouse.Runtime.Configuration;

internal sealed partial class SettingsMonitor
{
    [LoggerMessage(1000, LogLevel.Information, "{Path} is now {New}; it was {Old}")]
    private partial void LogApplied(string path, string old, string @new);

    [LoggerMessage(1001, LogLevel.Warning, "{Path} changed to {New} in the settings, but stays {Old} until the hub is restarted")]
    private partial void LogNeedsRestart(string path, string old, string @new);

    [LoggerMessage(1002, LogLevel.Error, "The settings stay as they were: {Problem}")]
    private partial void LogRefused(SettingsProblem problem);

    [LoggerMessage(1003, LogLevel.Error, "{Path} changed in the settings, but its part could not follow; restart the hub")]
    private partial void LogNotApplied(Exception exception, string path);
}
