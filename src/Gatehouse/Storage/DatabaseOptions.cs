namespace Gatehouse.Storage;

/// <summary>How one file is used. Set by the slice that owns the file, not by the user.</summary>
internal sealed record DatabaseOptions
{
    /// <summary>Bytes of a page, of a new file.</summary>
    public int PageSize { get; init; } = 4096;

    /// <summary>Bytes that each connection may keep in memory: the writer, and each reader of the pool.</summary>
    public int CacheSize { get; init; } = 2 * 1024 * 1024;

    /// <summary>Works that may wait for the writer; who comes when as many do waits for a place without holding a thread.</summary>
    public int QueueLength { get; init; } = 1024;

    /// <summary>Works that one transaction takes at most.</summary>
    public int GroupSize { get; init; } = 256;

    /// <summary>How long the writer looks out for more work before it sleeps.</summary>
    public TimeSpan LookOut { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Connections for reading that are kept open between reads.</summary>
    public int IdleReaders { get; init; } = 4;

    /// <summary>A file of at most so many bytes is read through when it is opened; of a larger one only its structure is.</summary>
    public long CheckUpTo { get; init; } = 64 * 1024 * 1024;

    /// <summary>From so many bytes of write-ahead log on, the writer waits for the readers to let it begin anew.</summary>
    public long LogLimit { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long to wait for the lock of another program on the file.</summary>
    public TimeSpan BusyPatience { get; init; } = TimeSpan.FromSeconds(5);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
