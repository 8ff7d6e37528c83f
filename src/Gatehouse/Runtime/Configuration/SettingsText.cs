using System.Text;

namespace Gatehouse.Runtime.Configuration;

/// <summary>The bytes of a file, or of one <c>--set</c>, and the places in them.</summary>
internal sealed class SettingsText
{
    public const string CommandLine = "--set";

    public SettingsText(string file, ReadOnlyMemory<byte> utf8)
    {
        File = file;
        // An editor's byte order mark is no character of the text.
        Utf8 = utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
    }

    public string File { get; }

    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Where the bytes stop being UTF-8; null when they never do.</summary>
    public int? FirstInvalidByte()
    {
        var rest = Utf8.Span;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(rest, out _, out var bytes) != System.Buffers.OperationStatus.Done) return Utf8.Length - rest.Length;
            rest = rest[bytes..];
        }
        return null;
    }

    /// <summary>The offset of a place that is given as a JSON reader does: lines from 0, and bytes within the line.</summary>
    public int Offset(long line, long byteInLine)
    {
        var start = 0;
        for (; line > 0 && Utf8.Span[start..].IndexOf((byte)'\n') is var length and >= 0; line--) start += length + 1;
        return (int)Math.Min(start + byteInLine, Utf8.Length);
    }

    /// <summary>Line and column of an offset, both from 1; the column counts characters.</summary>
    public (int Line, int Column) At(int offset)
    {
        var before = Utf8.Span[..offset];
        var (line, column) = (before.Count((byte)'\n') + 1, 1);
        for (var rest = before[(before.LastIndexOf((byte)'\n') + 1)..]; !rest.IsEmpty; column++)
        {
            Rune.DecodeFromUtf8(rest, out _, out var bytes);
            rest = rest[bytes..];
        }
        return (line, column);
    }

    public SettingsProblem Problem(SettingsProblemKind kind, int offset, string path, string message)
    {
        var (line, column) = At(offset);
        return new SettingsProblem(kind, File, line, column, path, message);
    }
}
