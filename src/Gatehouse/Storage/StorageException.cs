using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>Why something could not be stored or read.</summary>
internal enum StorageFault
{
    /// <summary>The disk is full. It works again when there is room.</summary>
    Full,

    /// <summary>The file, its folder or its disk may not be written.</summary>
    ReadOnly,

    /// <summary>The file is no sound database any more.</summary>
    Damaged,

    /// <summary>Another program holds the file.</summary>
    Busy,

    /// <summary>Anything else: the disk reports errors, a rule of the tables is broken, the file is of a newer program.</summary>
    Failed,
}

/// <summary>Something could not be stored or read; the message says what happened, to which file, and what to do.</summary>
internal sealed class StorageException(StorageFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    private const int Permission = 3, BusyCode = 5, Locked = 6, ReadOnlyCode = 8, InputOutput = 10, Corrupt = 11, FullCode = 13;
    private const int CannotOpen = 14, Constraint = 19, NotADatabase = 26;
    private const int LogIndexCannotGrow = InputOutput | (19 << 8);

    public StorageFault Fault { get; } = fault;

    /// <summary>True when the file is well, and only a rule of its tables does not allow this.</summary>
    public bool IsRefusal => InnerException is SqliteException { SqliteErrorCode: Constraint };

    /// <summary>What SQLite's code means for the file at this path.</summary>
    public static StorageException From(SqliteException e, string path)
    {
        var fault = FaultOf(e);
        var words = fault switch
        {
            StorageFault.Full => $"the disk that holds {path} is full; free some room, then it works again",
            StorageFault.ReadOnly =>
                $"{path} cannot be written; check the rights of the file and its folder, and whether the disk is read-only",
            StorageFault.Damaged =>
                $"{path} is damaged ({e.Message.TrimEnd('.')}); restart the hub, which sets it aside and begins a new one",
            StorageFault.Busy => $"another program holds {path}; end it, then it works again",
            _ when e.SqliteErrorCode == InputOutput => $"the disk that holds {path} reports errors; check the disk and the system's log",
            _ when e.SqliteErrorCode == Constraint => $"{path} does not take this: {e.Message.TrimEnd('.')}",
            _ => $"{path} could not be used: {e.Message.TrimEnd('.')}",
        };
        return new StorageException(fault, words, e);
    }

    /// <summary>What an error of the file system means for the file at this path.</summary>
    public static StorageException From(Exception e, string path) => e switch
    {
        StorageException known => known,
        SqliteException error => From(error, path),
        UnauthorizedAccessException => new StorageException(
            StorageFault.ReadOnly, $"{path} cannot be used: {e.Message.TrimEnd('.')}; check the rights of the file and its folder", e),
        _ => new StorageException(StorageFault.Failed, $"{path} cannot be used: {e.Message.TrimEnd('.')}", e),
    };

    private static StorageFault FaultOf(SqliteException e) => e.SqliteErrorCode switch
    {
        FullCode => StorageFault.Full,
        InputOutput when e.SqliteExtendedErrorCode == LogIndexCannotGrow => StorageFault.Full,
        ReadOnlyCode or Permission or CannotOpen => StorageFault.ReadOnly,
        Corrupt or NotADatabase => StorageFault.Damaged,
        BusyCode or Locked => StorageFault.Busy,
        _ => StorageFault.Failed,
    };
}
