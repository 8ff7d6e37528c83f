using System.Globalization;
using Gatehouse.Runtime;

namespace Gatehouse.Tree;

/// <summary>
/// Remembers how far the sequence may have got, so that it never goes back over restarts. Numbers are reserved in blocks ahead of use;
/// a crash skips the rest of a block. One line of text: <c>epoch reserved</c>.
/// </summary>
internal sealed partial class SequenceFile
{
    public const string FileName = "sequence";

    /// <summary>Numbers reserved at a time: so many that no machine uses half of them between two rounds of the keeper.</summary>
    public const long Block = 1L << 26;

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly long _epoch;
    private long _reserved;
    private bool _failing;

    private SequenceFile(string path, ILogger logger, long epoch, long reserved) =>
        (_path, _logger, _epoch, _reserved) = (path, logger, epoch, reserved);

    /// <summary>Begins a new run: its epoch is greater than that of every run before, also when the file was lost.</summary>
    /// <exception cref="IOException">The file cannot be written: a hub that cannot keep this promise does not start.</exception>
    public static (SequenceFile File, TreeStart Start) Open(string folder, TimeProvider time, ILogger<SequenceFile> logger)
    {
        var path = Path.Combine(folder, FileName);
        var (epoch, reserved) = Read(path, logger);
        epoch = Math.Max(epoch + 1, time.GetUtcNow().ToUnixTimeSeconds());
        var file = new SequenceFile(path, logger, epoch, reserved);
        file.Reserve(reserved + Block);
        return (file, new TreeStart(epoch, reserved));
    }

    /// <summary>Reserves the next block when half of the last is used. A failure is reported once, and tried again each round.</summary>
    public void KeepAhead(long sequence)
    {
        if (_reserved - sequence > Block / 2) return;
        try
        {
            Reserve(sequence + Block);
            _failing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failing) LogCannotReserve(_path, e);
            _failing = true;
        }
    }

    /// <summary>Reads the line; what is not one is told and begins anew, since the epoch still grows with the clock.</summary>
    internal static (long Epoch, long Reserved) Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        var space = text.IndexOf(' ');
        return space > 0
            && long.TryParse(text[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && long.TryParse(text[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var reserved)
            && reserved < long.MaxValue / 2
            ? (epoch, reserved)
            : (-1, 0);
    }

    private static (long Epoch, long Reserved) Read(string path, ILogger logger)
    {
        if (!File.Exists(path)) return (0, 0);
        var parsed = Parse(File.ReadAllText(path));
        if (parsed.Epoch >= 0) return parsed;
        LogUnreadable(logger, path);
        return (0, 0);
    }

    private void Reserve(long reserved)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{_epoch} {reserved}\n");
        DurableFile.Replace(_path, System.Text.Encoding.ASCII.GetBytes(text));
        _reserved = reserved;
    }

    [LoggerMessage(
        3001, LogLevel.Error,
        "Cannot reserve sequence numbers in {Path}; changes go on, but after a crash clients may have to read everything anew")]
    private partial void LogCannotReserve(string path, Exception e);

    [LoggerMessage(3002, LogLevel.Warning, "{Path} is damaged; the sequence of changes begins anew and clients read everything once")]
    private static partial void LogUnreadable(ILogger logger, string path);
}
