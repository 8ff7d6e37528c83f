using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Runtime;

/// <summary>
/// Tells systemd how the service is, by the protocol of sd_notify(3): datagrams of lines to the socket in <c>$NOTIFY_SOCKET</c>. Does
/// nothing when that is not set. Any thread.
/// </summary>
internal sealed partial class SystemdNotifier(Func<string, string?> environment, ILogger<SystemdNotifier> logger)
{
    private readonly string? _path = environment("NOTIFY_SOCKET");

    /// <summary>How often <see cref="KeepAlive"/> must be called; null when nobody watches. Half of what systemd allows.</summary>
    public TimeSpan? KeepAlivePeriod { get; } = ReadPeriod(environment);

    /// <summary>True when systemd waits for signs of life.</summary>
    public static bool IsWatched(Func<string, string?> environment) => ReadPeriod(environment) is not null;

    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    public void Status(string status) => Send($"STATUS={OneLine(status)}");

    /// <summary>A reload has begun; <see cref="Ready"/> ends it.</summary>
    public void Reloading(TimeProvider time) => Send(string.Create(
        CultureInfo.InvariantCulture,
        $"RELOADING=1\nMONOTONIC_USEC={(long)(time.GetTimestamp() / (double)time.TimestampFrequency * 1_000_000)}"));

    public void Stopping() => Send("STOPPING=1\nSTATUS=stopping");

    public void KeepAlive() => Send("WATCHDOG=1");

    private static TimeSpan? ReadPeriod(Func<string, string?> environment)
    {
        if (environment("WATCHDOG_PID") is { Length: > 0 } process
            && process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
        {
            return null;
        }
        var isNumber = long.TryParse(
            environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds);
        return isNumber && microseconds > 0 ? TimeSpan.FromMicroseconds(microseconds / 2) : null;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private void Send(string lines)
    {
        if (string.IsNullOrEmpty(_path)) return;
        try
        {
            // A first @ stands for the zero byte of Linux's abstract sockets.
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(lines), new UnixDomainSocketEndPoint(_path[0] == '@' ? '\0' + _path[1..] : _path));
        }
        catch (SocketException e)
        {
            LogUnheard(_path, e);
        }
    }

    [LoggerMessage(1101, LogLevel.Warning, "Cannot notify systemd at {Path}")]
    private partial void LogUnheard(string path, Exception e);
}
