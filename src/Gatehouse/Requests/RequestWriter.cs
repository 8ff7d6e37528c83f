using System.Security.Cryptography;
using Gatehouse.Requests.Import;
using Gatehouse.Storage;

namespace Gatehouse.Requests;

/// <summary>What the writer's thread knows of the requests' rows.</summary>
internal sealed class RequestWriter
{
    private readonly byte[] _random = new byte[1024];
    private int _randomLeft;
    private Session? _session;
    private long _next;

    /// <summary>Which run of the hub this is; 0 until the first group is written.</summary>
    public long Run { get; private set; }

    /// <summary>The first number that a request of this run can have.</summary>
    public long First { get; private set; }

    private Session Session => _session!;

    /// <summary>Before each group. The first one begins a run of the hub.</summary>
    public void Begin(Session session)
    {
        _session = session;
        if (Run > 0) return;
        session.Statement("UPDATE request_run SET run = run + 1").Run();
        var row = session.Statement("""
            SELECT run, max(coalesce((SELECT max(number) FROM request), 0), coalesce((SELECT max(number) FROM request_end), 0))
            FROM request_run
            """);
        row.Step();
        Run = row.Number(0);
        First = _next = row.Number(1) + 1;
        row.Reset();
    }

    /// <summary>The group was not written. A run that it was to begin has not begun.</summary>
    public void Undo(bool wasFirst)
    {
        if (wasFirst) Run = First = 0;
    }

    /// <summary>Writes a new request; its number and salt.</summary>
    public (long Number, ulong Salt) Insert(NewRequest request, string? id, long accepted, ReadOnlySpan<byte> frames)
    {
        var (number, salt) = (_next++, id is null ? Salt() : 0);
        Session.Statement("INSERT INTO request VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
            .Bind(1, number).Bind(2, (long)salt).Bind(3, Run).Bind(4, accepted).Bind(5, request.Service).Bind(6, request.Peer)
            .Bind(7, id).Bind(8, request.Callback).Bind(9, frames).Run();
        if (id is not null) Session.Statement("INSERT INTO request_id VALUES (?1, ?2)").Bind(1, id).Bind(2, number).Run();
        return (number, salt);
    }

    /// <summary>Writes a request of another database; its number. Its run tells how often it may have been delivered in vain.</summary>
    public long Import(ImportedRequest request, string id, int runs, ReadOnlySpan<byte> frames)
    {
        var number = _next++;
        Session.Statement("INSERT INTO request VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
            .Bind(1, number).Bind(2, 0L).Bind(3, Run - runs).Bind(4, request.Accepted.ToUnixTimeMilliseconds()).Bind(5, request.Service)
            .Bind(6, request.Peer).Bind(7, id).Bind(8, request.Callback).Bind(9, frames).Run();
        Session.Statement("INSERT INTO request_id VALUES (?1, ?2)").Bind(1, id).Bind(2, number).Run();
        return number;
    }

    public bool HasEnded(long number)
    {
        var row = Session.Statement("SELECT 1 FROM request_end WHERE number = ?1").Bind(1, number);
        var hasEnded = row.Step();
        row.Reset();
        return hasEnded;
    }

    /// <summary>How often a request was delivered, or may have been.</summary>
    public int Attempts(long number) => RequestTables.Read(Session, number, Run)?.Attempts ?? 0;

    public long? Find(string id) => RequestTables.Find(Session, id);

    /// <summary>Whether a request has this content.</summary>
    public bool IsSame(long number, NewRequest request, ReadOnlySpan<byte> frames)
    {
        var row = Session.Statement("SELECT service, callback, frames FROM request WHERE number = ?1").Bind(1, number);
        var isSame = row.Step() && row.Text(0) == request.Service && row.TextOrNull(1) == request.Callback
            && row.Bytes(2).SequenceEqual(frames);
        row.Reset();
        return isSame;
    }

    /// <summary>Writes how a request ended. False when it is gone, or has ended before.</summary>
    public bool End(long number, RequestState state, long ended, int attempts, string? reason, ReadOnlySpan<byte> frames)
    {
        var insert = Session.Statement("""
            INSERT INTO request_end SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM request WHERE number = ?1)
            ON CONFLICT DO NOTHING
            """);
        insert.Bind(1, number).Bind(2, (long)state).Bind(3, ended).Bind(4, attempts).Bind(5, reason).Bind(6, frames).Run();
        var isWritten = insert.Changes > 0;
        // Most were answered at once and have none; then no page is changed by this.
        if (isWritten && attempts > 1) Forget(number);
        return isWritten;
    }

    /// <summary>Writes that a delivery failed. False when the request is gone.</summary>
    public bool Count(long number, int tries, string? reason)
    {
        var insert = Session.Statement("""
            INSERT INTO request_try SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM request WHERE number = ?1)
            ON CONFLICT DO UPDATE SET tries = excluded.tries, reason = excluded.reason
            """);
        insert.Bind(1, number).Bind(2, tries).Bind(3, reason).Run();
        return insert.Changes > 0;
    }

    /// <summary>Removes all that is known of a request. False when nothing was.</summary>
    public bool Remove(long number, out string service, out bool wasPending)
    {
        var row = Session.Statement("SELECT id, service FROM request WHERE number = ?1").Bind(1, number);
        var isThere = row.Step();
        var id = isThere ? row.TextOrNull(0) : null;
        service = isThere ? row.Text(1) : "";
        row.Reset();
        var end = Session.Statement("DELETE FROM request_end WHERE number = ?1").Bind(1, number);
        end.Run();
        wasPending = end.Changes == 0;
        Forget(number);
        if (id is not null) Session.Statement("DELETE FROM request_id WHERE id = ?1").Bind(1, id).Run();
        Session.Statement("DELETE FROM request WHERE number = ?1").Bind(1, number).Run();
        return isThere;
    }

    private void Forget(long number) => Session.Statement("DELETE FROM request_try WHERE number = ?1").Bind(1, number).Run();

    private ulong Salt()
    {
        if (_randomLeft == 0)
        {
            RandomNumberGenerator.Fill(_random);
            _randomLeft = _random.Length;
        }
        _randomLeft -= sizeof(ulong);
        return BitConverter.ToUInt64(_random, _randomLeft);
    }
}
