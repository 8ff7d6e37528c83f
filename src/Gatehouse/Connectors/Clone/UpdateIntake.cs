using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Security;
using Gatehouse.Tree;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// What publishers send, on its way into the tree: free keys in batches, each of one publisher; keys with an owner one by one, for the
/// owner decides. One thread.
/// </summary>
/// <param name="tree">Where it goes.</param>
/// <param name="access">Who may set what.</param>
/// <param name="totals">Where it is counted.</param>
/// <param name="write">Takes a write for the owner of its key; false when too many wait.</param>
internal sealed class UpdateIntake(ValueTree tree, IAccess access, CloneTotals totals, Func<Change, Origin, bool> write)
{
    private const int Most = 512;

    private readonly Change[] _batch = new Change[Most];
    private readonly char[] _path = new char[WireKey.PathSize];
    private int _count;
    private Origin? _origin;

    /// <summary>What came with updates and is no value.</summary>
    public Extras Extras { get; } = new();

    /// <summary>Whether anybody would see what comes with updates.</summary>
    public bool KeepsExtras { get; set; }

    /// <summary>Takes a message of a publisher.</summary>
    /// <returns>True when the batch is full, and wants to be set.</returns>
    public bool Take(in ZmtpMessage message, Origin origin)
    {
        if (!ReferenceEquals(origin, _origin)) Flush();
        _origin = origin;
        var fault = (CloneFault)KvMessage.TryRead(message, out var kv);
        if (fault == CloneFault.None) fault = Take(kv, origin);
        if (fault == CloneFault.None) totals.Collected++;
        else totals.Count(fault);
        return _count == Most;
    }

    /// <summary>Sets what has come.</summary>
    public void Flush()
    {
        if (_count == 0) return;
        try
        {
            var last = tree.Set(_batch.AsSpan(0, _count), _origin!);
            Extras.Number(last - _count + 1);
        }
        finally
        {
            // Whatever the tree did not take is not offered to it again.
            Extras.Forget();
            Array.Clear(_batch, 0, _count);
            _count = 0;
        }
    }

    private CloneFault Take(in KvMessage kv, Origin origin)
    {
        var fault = WireKey.TryRead(kv.Key, _path, out var length);
        if (fault != CloneFault.None) return fault;
        if (kv.Body.Length > Value.MaxSize) return CloneFault.ValueTooLarge;
        if (!KvProperties.TryReadTtl(kv.Properties, out var ttl)) return CloneFault.BadTtl;
        if (!tree.TryIntern(_path.AsSpan(0, length), out var key, out var error))
        {
            return error == KeyError.TooMany ? CloneFault.TooManyKeys : CloneFault.BadKey;
        }
        // An event is never removed: one without bytes says that something happened, and no more.
        var change = new Change(key, Value.FromText(kv.Body), Ttl: ttl, Removed: kv.Body.IsEmpty && !key.IsEvent);
        if (((Slot)key).Owner is not null)
        {
            // The tree asks for the right.
            return write(change, origin) ? CloneFault.None : CloneFault.TooManyWrites;
        }
        if (!access.MayWrite(origin, key)) return CloneFault.Forbidden;
        if (KeepsExtras && kv.Uuid.Length + kv.Properties.Length > 0) Extras.Add(_count, kv.Uuid, kv.Properties);
        _batch[_count++] = change;
        return CloneFault.None;
    }
}
