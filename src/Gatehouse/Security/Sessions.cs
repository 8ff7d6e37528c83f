using System.Collections.Concurrent;
using Gatehouse.Storage;

namespace Gatehouse.Security;

/// <summary>
/// The browsers that have signed in. They are known over restarts; where <c>hub.db</c> cannot be used, until the hub ends. Any thread;
/// finding one costs a look into memory.
/// </summary>
internal sealed partial class Sessions : IDisposable
{
    /// <summary>Beyond this many the one goes that was not seen for the longest time.</summary>
    public const int Most = 256;

    /// <summary>How often it is written that a session was seen.</summary>
    public static readonly TimeSpan SeenPeriod = TimeSpan.FromHours(1);

    private readonly SessionTable _table;
    private readonly TimeProvider _time;
    private readonly ILogger<Sessions> _logger;
    private readonly SemaphoreSlim _opening = new(1);
    private readonly ConcurrentDictionary<Digest, BrowserSession> _sessions = new();

    public Sessions(SessionTable table, TimeProvider time, ILogger<Sessions> logger)
    {
        (_table, _time, _logger) = (table, time, logger);
        try
        {
            foreach (var session in table.ReadAll()) _sessions[session.Secret] = session;
        }
        catch (StorageException e)
        {
            LogUnknown(logger, e.Message);
        }
    }

    /// <summary>Opens a session; returns when it is on disk, or it is certain that it cannot be.</summary>
    /// <returns>It, and the secret that its browser keeps.</returns>
    public async Task<(BrowserSession Session, Secret Secret)> OpenAsync(string address, string agent, CancellationToken stop)
    {
        var secret = Secret.New();
        await _opening.WaitAsync(stop);
        try
        {
            var now = _time.GetUtcNow();
            var opened = BrowserSession.New(secret.Digest, now, address, agent);
            var leaving = Leaving(now);
            try
            {
                await _table.AddAsync(opened, leaving, stop);
            }
            catch (StorageException e)
            {
                LogNotKept(_logger, opened.Id, e.Message);
            }
            foreach (var session in leaving) Drop(session);
            _sessions[opened.Secret] = opened;
            return (opened, secret);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The session of a secret; null when there is none, or it is over.</summary>
    public BrowserSession? Find(Secret secret) =>
        _sessions.TryGetValue(secret.Digest, out var session) && !session.IsExpired(_time.GetUtcNow()) ? session : null;

    public BrowserSession? Find(string id) => List().FirstOrDefault(session => session.Id == id);

    /// <summary>All of them, the one seen last first.</summary>
    public IReadOnlyList<BrowserSession> List()
    {
        var now = _time.GetUtcNow();
        return
        [
            .. _sessions.Values.Where(s => !s.IsExpired(now))
                .OrderByDescending(s => s.LastSeen).ThenBy(s => s.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>A session does something.</summary>
    public async ValueTask SeeAsync(BrowserSession session)
    {
        if (!session.See(_time.GetUtcNow(), SeenPeriod)) return;
        try
        {
            await _table.SeeAsync(session, CancellationToken.None);
        }
        catch (StorageException e)
        {
            LogNotSeen(_logger, session.Id, e.Message);
        }
    }

    /// <summary>Ends a session at once; returns when the disk knows that too.</summary>
    /// <exception cref="StorageException">It is over, but would be there again after a restart.</exception>
    public async Task EndAsync(BrowserSession session)
    {
        Drop(session);
        try
        {
            await _table.RemoveAsync(session, CancellationToken.None);
        }
        catch (StorageException e)
        {
            LogNotRemoved(_logger, session.Id, e.Message);
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values) session.Dispose();
        _opening.Dispose();
    }

    private List<BrowserSession> Leaving(DateTimeOffset now)
    {
        var staying = List();
        return [.. _sessions.Values.Where(s => s.IsExpired(now)), .. staying.Skip(Most - 1)];
    }

    private void Drop(BrowserSession session)
    {
        if (_sessions.TryRemove(session.Secret, out _)) session.End();
    }

    [LoggerMessage(7001, LogLevel.Error, "Who had signed in is not known, so everybody has to again: {Reason}")]
    private static partial void LogUnknown(ILogger logger, string reason);

    [LoggerMessage(7002, LogLevel.Error, "The session {Id} is in memory alone and ends with the hub: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string id, string reason);

    [LoggerMessage(7003, LogLevel.Warning, "It is not kept that the session {Id} was seen: {Reason}")]
    private static partial void LogNotSeen(ILogger logger, string id, string reason);

    [LoggerMessage(7004, LogLevel.Error, "The session {Id} was ended, but is there again after a restart: {Reason}")]
    private static partial void LogNotRemoved(ILogger logger, string id, string reason);
}
