using System.Buffers;
using System.Text.Unicode;

namespace Gatehouse.Sdk.Clone;

/// <summary>
/// The keys of a subscriber in the order of their last change, so that whoever watches needs no more than a place in that order: behind it
/// stands the newest of each key that has changed since. One that was deleted stays until all who watch have passed it. Any thread.
/// </summary>
internal sealed class KvView
{
    private const int OnStack = 256;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly List<KvWatch> _watches = [];
    private readonly Queue<(Node Node, long Stamp)> _deleted = new();
    private Node? _first;
    private Node? _last;
    private long _stamp;
    private int _count;
    private bool _isClosed;

    /// <summary>How many keys are there.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _count;
        }
    }

    public bool TryGet(string key, out KvEntry entry)
    {
        lock (_gate)
        {
            var isThere = _nodes.TryGetValue(key, out var node) && !node.IsDeleted;
            entry = isThere ? node!.Entry : default;
            return isThere;
        }
    }

    /// <summary>All keys that begin so, in order.</summary>
    public List<KvEntry> All(string prefix)
    {
        var all = new List<KvEntry>();
        lock (_gate)
        {
            foreach (var node in _nodes.Values)
            {
                if (!node.IsDeleted && node.Key.StartsWith(prefix, StringComparison.Ordinal)) all.Add(node.Entry);
            }
        }
        all.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return all;
    }

    public KvWatch Watch(string prefix)
    {
        lock (_gate)
        {
            var watch = new KvWatch(this, prefix, _stamp);
            _watches.Add(watch);
            if (_isClosed) watch.Close();
            return watch;
        }
    }

    public void Forget(KvWatch watch)
    {
        lock (_gate)
        {
            _watches.Remove(watch);
            Bury();
        }
    }

    /// <summary>What this watch has not seen, oldest change first; the watch stands behind it then.</summary>
    public void Collect(KvWatch watch, List<KvEntry> into)
    {
        lock (_gate)
        {
            var node = _last;
            if (node is null || node.Stamp <= watch.Seen) return;
            while (node.Previous is { } previous && previous.Stamp > watch.Seen) node = previous;
            for (; node is not null; node = node.Next)
            {
                var isNews = !node.IsDeleted || node.Stamp > watch.Born;
                if (isNews && node.Key.StartsWith(watch.Prefix, StringComparison.Ordinal)) into.Add(node.Entry);
            }
            watch.Seen = _stamp;
            Bury();
        }
    }

    /// <summary>Wakes those who wait for news.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            foreach (var watch in _watches) watch.Signal();
        }
    }

    /// <summary>Nothing comes any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (var watch in _watches) watch.Close();
        }
    }

    /// <summary>Sets a key, or deletes it by a body of no bytes.</summary>
    /// <returns>False when the key is not UTF-8.</returns>
    public bool Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> body, long sequence)
    {
        var length = key.Length;
        char[]? rented = null;
        var text = length <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(length);
        try
        {
            if (Utf8.ToUtf16(key, text, out _, out var used, replaceInvalidSequences: false) != OperationStatus.Done) return false;
            lock (_gate) Apply(text[..used], body, sequence);
            return true;
        }
        finally
        {
            if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>Makes it what a snapshot says. What did not change is no news.</summary>
    public void Replace(KvSnapshot snapshot)
    {
        lock (_gate)
        {
            // In the order of their last changes, so that the same leads to the same.
            var leaving = new List<Node>();
            for (var node = _first; node is not null; node = node.Next)
            {
                if (!node.IsDeleted && !snapshot.Items.ContainsKey(node.Key)) leaving.Add(node);
            }
            foreach (var node in leaving) Delete(node, snapshot.Sequence);
            foreach (var (key, item) in snapshot.Items)
            {
                if (_nodes.TryGetValue(key, out var node) && !node.IsDeleted && node.Body.AsSpan().SequenceEqual(item.Body))
                {
                    node.Sequence = item.Sequence;
                    continue;
                }
                Set(node ?? New(key), item.Body, item.Sequence);
            }
            Bury();
        }
    }

    private void Apply(ReadOnlySpan<char> key, ReadOnlySpan<byte> body, long sequence)
    {
        _nodes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var node);
        if (!body.IsEmpty)
        {
            Set(node ?? New(key.ToString()), body.ToArray(), sequence);
        }
        else if (node is { IsDeleted: false })
        {
            Delete(node, sequence);
            Bury();
        }
    }

    private Node New(string key)
    {
        var node = new Node(key);
        _nodes.Add(key, node);
        return node;
    }

    private void Set(Node node, byte[] body, long sequence)
    {
        if (node.IsDeleted) _count++;
        (node.Body, node.Sequence) = (body, sequence);
        Touch(node);
    }

    private void Delete(Node node, long sequence)
    {
        _count--;
        (node.Body, node.Sequence) = ([], sequence);
        Touch(node);
        _deleted.Enqueue((node, node.Stamp));
    }

    private void Touch(Node node)
    {
        Unlink(node);
        node.Stamp = ++_stamp;
        node.Previous = _last;
        if (_last is null) _first = node;
        else _last.Next = node;
        _last = node;
    }

    private void Unlink(Node node)
    {
        if (node.Previous is not null) node.Previous.Next = node.Next;
        else if (_first == node) _first = node.Next;
        if (node.Next is not null) node.Next.Previous = node.Previous;
        else if (_last == node) _last = node.Previous;
        (node.Previous, node.Next) = (null, null);
    }

    // Those deleted that everybody knows of. One that was set again since has a younger stamp.
    private void Bury()
    {
        if (_deleted.Count == 0) return;
        var seen = long.MaxValue;
        foreach (var watch in _watches) seen = Math.Min(seen, watch.Seen);
        while (_deleted.TryPeek(out var oldest) && oldest.Stamp <= seen)
        {
            _deleted.Dequeue();
            if (!oldest.Node.IsDeleted || oldest.Node.Stamp != oldest.Stamp) continue;
            Unlink(oldest.Node);
            _nodes.Remove(oldest.Node.Key);
        }
    }

    private sealed class Node(string key)
    {
        public string Key { get; } = key;

        public byte[] Body { get; set; } = [];

        public long Sequence { get; set; }

        public long Stamp { get; set; }

        public Node? Previous { get; set; }

        public Node? Next { get; set; }

        public bool IsDeleted => Body.Length == 0;

        public KvEntry Entry => new(Key, Body, Sequence);
    }
}
