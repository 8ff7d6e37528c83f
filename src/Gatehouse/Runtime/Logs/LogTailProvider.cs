namespace Gatehouse.Runtime.Logs;

/// <summary>Puts what the log writes into its tail too, by the same levels.</summary>
internal sealed class LogTailProvider(LogTail tail) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(tail, categoryName);

    public void Dispose()
    {
        // The tail is memory alone.
    }

    private sealed class Logger(LogTail tail, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) tail.Add(logLevel, category, formatter(state, exception), exception?.ToString());
        }
    }
}
