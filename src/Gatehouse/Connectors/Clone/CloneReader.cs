using Gatehouse.Sdk.Zmtp.Patterns;

namespace Gatehouse.Connectors.Clone;

/// <summary>A connection that is sent to. The shell makes it when a peer opens and forgets it when it closes.</summary>
/// <param name="connection">The shell's own.</param>
/// <param name="ports">Where it connected.</param>
internal abstract class CloneReader(object connection, PortSet ports)
{
    public object Connection { get; } = connection;

    public PortSet Ports { get; } = ports;

    /// <summary>Whether the shell has been asked to go on with it and has not yet.</summary>
    public bool IsDue { get; set; }

    /// <summary>Where it stands in the cells; 0 when it has all that it is to have.</summary>
    internal int Cursor { get; set; }

    /// <summary>False from the moment it closed or was dropped.</summary>
    internal bool IsOpen { get; set; } = true;
}

/// <summary>One that asks for snapshots; it is given one at a time.</summary>
internal sealed class SnapshotPeer(object connection, PortSet ports) : CloneReader(connection, ports)
{
    /// <summary>What the keys begin with that it wants, while it has a cursor.</summary>
    internal byte[] Subtree { get; set; } = [];

    /// <summary>The number of the last publication before it asked.</summary>
    internal long Asked { get; set; }
}

/// <summary>One that follows updates.</summary>
internal sealed class Subscriber(object connection, PortSet ports) : CloneReader(connection, ports)
{
    private static readonly object Wanted = new();

    private readonly PrefixTree<object> _topics = new();

    /// <summary>The number of the update it was given last; one that wants it for two reasons gets it once.</summary>
    internal long Mark { get; set; }

    /// <summary>Whether anything was written to it since the last heartbeat was due.</summary>
    internal bool WasSpokenTo { get; set; }

    /// <summary>What its subscriptions take.</summary>
    internal long Bytes { get; set; }

    internal bool Wants(ReadOnlySpan<byte> key) => _topics.Search(key).Next() is not null;

    /// <summary>False when it has that topic already.</summary>
    internal bool Add(ReadOnlySpan<byte> topic)
    {
        var node = _topics.Add(topic);
        if (node.Value is not null) return false;
        node.Value = Wanted;
        return true;
    }

    /// <summary>False when it does not have that topic.</summary>
    internal bool Remove(ReadOnlySpan<byte> topic)
    {
        if (_topics.Find(topic) is not { } node) return false;
        node.Remove();
        return true;
    }

    internal IEnumerable<byte[]> Topics() => _topics.All().Select(node => node.ToKey());
}
