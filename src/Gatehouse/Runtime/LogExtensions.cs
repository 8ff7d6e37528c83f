using Gatehouse.Runtime.Configuration;
using Gatehouse.Runtime.Logs;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Gatehouse.Runtime;

/// <summary>The log: lines on standard error, with systemd's level prefixes when systemd reads them; the latest stay in memory.</summary>
internal static class LogExtensions
{
    public static WebApplicationBuilder AddLog(this WebApplicationBuilder builder, Settings settings)
    {
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is null)
        {
            builder.Logging.AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.TimestampFormat = "HH:mm:ss ";
            });
        }
        else
        {
            builder.Logging.AddSystemdConsole();
        }
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<LogLevels>();
        builder.Services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>());
        builder.Services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>());
        builder.Services.AddSingleton(settings.Get<LogOptions>());
        builder.Services.AddSingleton<LogTail>();
        builder.Services.AddSingleton<ILoggerProvider, LogTailProvider>();
        return builder;
    }
}
