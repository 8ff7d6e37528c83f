using Gatehouse.Runtime;

namespace Gatehouse.Storage;

/// <summary>
/// <c>hub.db</c>: all small things that must last, each slice's in tables of its own. A slice brings its <see cref="MigrationSet"/> by
/// dependency injection. The hub runs without the file too; then nothing in it can be read or kept, and everybody who asks is told why.
/// </summary>
internal sealed partial class HubDatabase : IDisposable
{
    public const string FileName = "hub.db";

    private readonly Database? _database;
    private readonly StorageException? _failure;
    private readonly Lock _telling = new();
    private readonly Action<Exception?> _observer;

    public HubDatabase(DataDirectory data, IEnumerable<MigrationSet> sets, TimeProvider time, ILogger<Database> logger)
    {
        _observer = Observe;
        var path = Path.Combine(data.Path, FileName);
        try
        {
            _database = Database.OpenShared(path, [.. sets], logger, new DatabaseOptions { Time = time });
            if (_database.SetAside is { } to) LogHasRequests(logger, to);
        }
        catch (StorageException e)
        {
            _failure = new StorageException(e.Fault, $"{e.Message}; restart the hub when that is done", e);
            Trouble = _failure.Message;
            LogUnusable(logger, path, e.Message);
        }
    }

    /// <summary>Why nothing can be kept at the moment, in words; null when all is well.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Told when <see cref="Trouble"/> has changed, on any thread.</summary>
    public event Action? TroubleChanged;

    /// <inheritdoc cref="Database.WriteAsync"/>
    public async Task<T> WriteAsync<T>(Func<Session, T> work, CancellationToken stop = default)
    {
        if (_database is null) throw Failure();
        try
        {
            var result = await _database.WriteAsync(work, stop);
            Tell(null);
            return result;
        }
        catch (StorageException e) when (!e.IsRefusal)
        {
            Tell(e.Message);
            throw;
        }
    }

    /// <inheritdoc cref="Database.Write"/>
    /// <exception cref="StorageException">The hub runs without the file.</exception>
    public void Write(Work work)
    {
        if (_database is null) throw Failure();
        work.Observer = _observer;
        _database.Write(work);
    }

    /// <inheritdoc cref="Database.Read"/>
    public T Read<T>(Func<Session, T> read) => _database is null ? throw Failure() : _database.Read(read);

    /// <summary>Writes something that changes nothing: when it works, a trouble is over.</summary>
    /// <exception cref="StorageException">It is not over.</exception>
    public Task ProbeAsync(CancellationToken stop) =>
        WriteAsync(session => session.Command("UPDATE migration SET version = version").ExecuteNonQuery(), stop);

    public void Dispose() => _database?.Dispose();

    // Each caller gets one of its own: an exception is not shared between tasks.
    private StorageException Failure() => new(_failure!.Fault, _failure.Message, _failure.InnerException);

    private void Observe(Exception? failure)
    {
        if (failure is null) Tell(null);
        else if (failure is StorageException { IsRefusal: false } e) Tell(e.Message);
    }

    private void Tell(string? trouble)
    {
        lock (_telling)
        {
            if (Trouble == trouble) return;
            Trouble = trouble;
        }
        TroubleChanged?.Invoke();
    }

    [LoggerMessage(2009, LogLevel.Warning, "'gatehouse requests import {Path}' brings its durable requests back, as far as it can be read")]
    private static partial void LogHasRequests(ILogger logger, string path);

    [LoggerMessage(2006, LogLevel.Error, "{Path} cannot be used, so nothing that should last is kept or known: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string path, string reason);
}
