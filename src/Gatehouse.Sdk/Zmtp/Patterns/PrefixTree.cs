namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>
/// Prefixes, each with a value, searched for those that a text begins with: a step for each place where two prefixes part, whatever their
/// number. Chains without a branch are one node, so it takes room in proportion to the bytes of the prefixes.
/// </summary>
internal sealed class PrefixTree<T>
    where T : class
{
    private readonly Node _root = new([], null);

    /// <summary>The prefix's node, made when there is none; whoever called gives it a value.</summary>
    public Node Add(ReadOnlySpan<byte> prefix)
    {
        var node = _root;
        while (!prefix.IsEmpty)
        {
            var place = node.PlaceOf(prefix[0]);
            if (place < 0)
            {
                var leaf = new Node(prefix.ToArray(), node);
                node.Children.Insert(~place, leaf);
                return leaf;
            }

            var child = node.Children[place];
            var common = prefix.CommonPrefixLength(child.Edge);
            // Nodes with a value stay the same objects: a new one comes in above.
            if (common < child.Edge.Length) child = child.Split(common, place);
            node = child;
            prefix = prefix[common..];
        }

        return node;
    }

    /// <summary>The node of a prefix that has a value.</summary>
    public Node? Find(ReadOnlySpan<byte> prefix)
    {
        var node = _root;
        while (!prefix.IsEmpty)
        {
            if (node.Step(prefix) is not { } child) return null;
            node = child;
            prefix = prefix[child.Edge.Length..];
        }

        return node.Value is null ? null : node;
    }

    /// <summary>All nodes with a value.</summary>
    public IEnumerable<Node> All()
    {
        var open = new Stack<Node>([_root]);
        while (open.TryPop(out var node))
        {
            foreach (var child in node.Children) open.Push(child);
            if (node.Value is not null) yield return node;
        }
    }

    /// <summary>Searches the prefixes of a text.</summary>
    public PrefixSearch Search(ReadOnlySpan<byte> text) => new(_root, text);

    /// <summary>Goes through the prefixes of a text, shortest first.</summary>
    public ref struct PrefixSearch
    {
        private readonly Node _root;
        private Node? _node;
        private ReadOnlySpan<byte> _rest;

        public PrefixSearch(Node root, ReadOnlySpan<byte> text)
        {
            _root = root;
            _rest = text;
        }

        /// <summary>The next node with a value; null when there is none.</summary>
        public Node? Next()
        {
            while (true)
            {
                if (_node is null)
                {
                    _node = _root;
                }
                else
                {
                    if (_node.Step(_rest) is not { } child) return null;
                    _node = child;
                    _rest = _rest[child.Edge.Length..];
                }

                if (_node.Value is not null) return _node;
            }
        }
    }

    public sealed class Node(byte[] edge, Node? parent)
    {
        /// <summary>The bytes between its parent and it.</summary>
        public byte[] Edge { get; private set; } = edge;

        public Node? Parent { get; private set; } = parent;

        /// <summary>In the order of their first bytes, which differ.</summary>
        public List<Node> Children { get; } = [];

        public T? Value { get; set; }

        /// <summary>The whole prefix.</summary>
        public byte[] ToKey()
        {
            var size = 0;
            for (var node = this; node is not null; node = node.Parent) size += node.Edge.Length;
            var key = new byte[size];
            for (var node = this; node is not null; node = node.Parent) node.Edge.CopyTo(key, size -= node.Edge.Length);
            return key;
        }

        /// <summary>The child that the text goes on with, all of it.</summary>
        public Node? Step(ReadOnlySpan<byte> text)
        {
            if (text.IsEmpty) return null;
            var place = PlaceOf(text[0]);
            return place >= 0 && text.StartsWith(Children[place].Edge) ? Children[place] : null;
        }

        /// <summary>Where the child is that begins so; the complement of where it would be.</summary>
        public int PlaceOf(byte first)
        {
            var (low, high) = (0, Children.Count - 1);
            while (low <= high)
            {
                var middle = (low + high) / 2;
                var at = Children[middle].Edge[0];
                if (at == first) return middle;
                if (at < first) low = middle + 1;
                else high = middle - 1;
            }

            return ~low;
        }

        /// <summary>Takes its value away, and the nodes that only led to it.</summary>
        public void Remove()
        {
            Value = null;
            var node = this;
            while (node is { Value: null, Parent: { } parent })
            {
                var place = parent.PlaceOf(node.Edge[0]);
                if (node.Children.Count == 0)
                {
                    parent.Children.RemoveAt(place);
                    node = parent;
                    continue;
                }

                if (node.Children.Count == 1) parent.Children[place] = node.Children[0].Join(node);
                return;
            }
        }

        /// <summary>Puts a node in between, so many bytes below the parent.</summary>
        public Node Split(int at, int place)
        {
            var upper = new Node(Edge[..at], Parent);
            Parent!.Children[place] = upper;
            upper.Children.Add(this);
            (Edge, Parent) = (Edge[at..], upper);
            return upper;
        }

        /// <summary>Takes the place of its parent.</summary>
        public Node Join(Node parent)
        {
            (Edge, Parent) = ([.. parent.Edge, .. Edge], parent.Parent);
            return this;
        }
    }
}
