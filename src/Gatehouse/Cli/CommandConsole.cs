using System.Runtime.InteropServices;
using System.Text;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary>What the commands touch of the world around them.</summary>
internal sealed class CommandConsole
{
    /// <summary>UTF-8 without a mark at its beginning.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Opens what is piped in.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Where results go.</summary>
    public required Stream Output { get; init; }

    /// <summary>Where messages go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The terminal's columns; null when results go to a file or another program.</summary>
    public int? Width { get; init; }

    public required Func<string, string?> Environment { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Makes the client for a hub.</summary>
    public required Func<HubAddress, HubClient> Connect { get; init; }

    /// <summary>Has the user's Ctrl-C cancel the source, until what it returns is disposed.</summary>
    public required Func<CancellationTokenSource, IDisposable> OnInterrupt { get; init; }

    /// <summary>This process's own.</summary>
    public static CommandConsole System { get; } = new()
    {
        OpenInput = Console.OpenStandardInput,
        Output = OpenOutput(),
        Error = new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true },
        Width = Console.IsOutputRedirected ? null : Console.WindowWidth is var width and > 0 ? width : 80,
        Environment = global::System.Environment.GetEnvironmentVariable,
        Time = TimeProvider.System,
        Connect = address => new HubClient(address.Uri, token: address.Token),
        OnInterrupt = source => PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            source.Cancel();
        }),
    };

    // The platform's own stream says nothing when the reader of a pipe has gone, so that a watch would go on for ever. A file's stream
    // does; but it keeps its own place in a real file, which other programs may be writing to as well.
    private static Stream OpenOutput()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        var pipe = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }
}
