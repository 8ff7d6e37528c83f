using System.Buffers;
using System.IO.Pipelines;
using Gatehouse.History;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary>What a file holds that is to be imported.</summary>
internal enum ImportKind
{
    Csv,
    JsonLines,
    Database,
}

/// <summary>Recognises what is to be imported by how it begins, and sends what is no text as text.</summary>
internal static class ImportSource
{
    /// <summary>As many bytes tell.</summary>
    public const int Beginning = 64;

    /// <summary>Only a database that lost its beginning is known by its name.</summary>
    public static ImportKind Recognise(in ReadOnlySequence<byte> beginning, string name)
    {
        ReadOnlySpan<byte> bytes = beginning.Slice(0, Math.Min(Beginning, beginning.Length)).ToArray();
        if (Salvage.IsDatabase(bytes, name)) return ImportKind.Database;
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        return bytes.TrimStart(" \t\r\n"u8).StartsWith("{"u8) ? ImportKind.JsonLines : ImportKind.Csv;
    }

    /// <summary>Sends all points of a file to a hub, reading it while they are sent.</summary>
    public static async Task<HistoryImport> SendAsync(Salvage salvage, HubClient hub, CancellationToken stop)
    {
        var pipe = new Pipe();
        var writing = WriteAsync(salvage, pipe.Writer, stop);
        try
        {
            return await hub.ImportHistoryAsync(pipe.Reader.AsStream(), HistoryFormat.JsonLines, stop);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            await writing;
        }
    }

    private static async Task WriteAsync(Salvage salvage, PipeWriter output, CancellationToken stop)
    {
        foreach (var (key, point) in salvage.Read())
        {
            ExportLine.Write(output, ExportFormat.JsonLines, key, point, notes: null);
            if (output.UnflushedBytes > 16 * 1024 && (await output.FlushAsync(stop)).IsCompleted) break;
        }
        await output.CompleteAsync();
    }
}
