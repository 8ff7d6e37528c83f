using Gatehouse.Sdk.Zmtp.Patterns;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>What a socket had done at one moment, and what waited.</summary>
public sealed record ZmtpSocketCounters
{
    internal ZmtpSocketCounters(SocketQueues queues)
    {
        var counters = queues.Endpoint.Counters;
        (Accepted, Connected) = (counters.Accepted, counters.Connected);
        (MessagesIn, MessagesOut) = (counters.MessagesIn, counters.MessagesOut);
        (BytesIn, BytesOut) = (counters.BytesIn, counters.BytesOut);
        (Peers, WaitingMessages, WaitingBytes) = queues.Present();
        (NoPeer, PeerFull, PeerGone, Ignored) = queues.Dropped();
        Faults = Enum.GetValues<ZmtpFault>().Where(f => counters.Faults(f) > 0).ToDictionary(f => f.ToString(), counters.Faults);
    }

    /// <summary>Peers whose handshake is done, at present.</summary>
    public long Peers { get; }

    /// <summary>Connections that came in.</summary>
    public long Accepted { get; }

    /// <summary>Connections made to others, again after a loss included.</summary>
    public long Connected { get; }

    /// <summary>Messages that came, wanted or not.</summary>
    public long MessagesIn { get; }

    /// <summary>Messages given to connections, subscriptions to older peers included.</summary>
    public long MessagesOut { get; }

    /// <summary>Bytes that came.</summary>
    public long BytesIn { get; }

    /// <summary>Bytes that the system took.</summary>
    public long BytesOut { get; }

    /// <summary>Messages that wait to be received.</summary>
    public long WaitingMessages { get; }

    /// <summary>Bytes that wait for peers to take them.</summary>
    public long WaitingBytes { get; }

    /// <summary>Messages dropped because nobody was there for them.</summary>
    public long NoPeer { get; }

    /// <summary>Messages that a peer went without because too much waited for it.</summary>
    public long PeerFull { get; }

    /// <summary>Messages dropped because their peer went before it was given them.</summary>
    public long PeerGone { get; }

    /// <summary>Messages that came and were not wanted: without an envelope, no answer to a question, not subscribed to.</summary>
    public long Ignored { get; }

    /// <summary>How many connections ended or were refused, by reason; reasons that never occurred are not in it.</summary>
    public IReadOnlyDictionary<string, long> Faults { get; }
}
