using Gatehouse.Sdk.Zmtp.Patterns;

namespace Gatehouse.Tests.Sdk.Zmtp.Patterns;

/// <summary>The tree of prefixes finds what comparing with each prefix finds, whatever was added and removed before.</summary>
public sealed class PrefixTreeTests
{
    [Fact]
    public void It_finds_what_comparing_with_each_finds()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var tree = new PrefixTree<string>();
            var known = new Dictionary<string, string>();
            for (var step = 0; step < 120; step++)
            {
                var prefix = Text(random, 6);
                if (random.Next(5) < 3)
                {
                    tree.Add(Bytes(prefix)).Value = prefix;
                    known[prefix] = prefix;
                }
                else if (tree.Find(Bytes(prefix)) is { } node)
                {
                    Assert.True(known.Remove(prefix));
                    node.Remove();
                }
                else
                {
                    Assert.DoesNotContain(prefix, known.Keys);
                }

                var text = Text(random, 9);
                var found = new List<string>();
                var search = tree.Search(Bytes(text));
                while (search.Next() is { } match) found.Add(match.Value!);
                Assert.Equal(known.Keys.Where(k => text.StartsWith(k, StringComparison.Ordinal)).OrderBy(k => k.Length), found);
            }

            Assert.Equal(known.Keys.Order(), tree.All().Select(n => n.Value!).Order());
            Assert.All(tree.All(), node => Assert.Equal(Bytes(node.Value!), node.ToKey()));
            foreach (var node in tree.All().ToList()) node.Remove();
            Assert.Empty(tree.All());
            Assert.Null(tree.Search("abc"u8).Next());
        }
    }

    [Fact]
    public void What_is_removed_leaves_no_nodes_behind()
    {
        var tree = new PrefixTree<string>();
        var root = tree.Add([]);
        foreach (var prefix in (string[])["abcdef", "abc", "abx", "b"]) tree.Add(Bytes(prefix)).Value = prefix;
        tree.Find("abx"u8)!.Remove();
        tree.Find("abc"u8)!.Remove();
        Assert.Equal(["abcdef", "b"], root.Children.Select(c => c.Value!));
        tree.Find("abcdef"u8)!.Remove();
        tree.Find("b"u8)!.Remove();
        Assert.Empty(root.Children);
    }

    [Fact]
    public void Every_byte_can_begin_a_prefix()
    {
        var tree = new PrefixTree<string>();
        foreach (var first in Enumerable.Range(0, 256).Reverse()) tree.Add([(byte)first, 1]).Value = $"{first}";
        for (var first = 0; first < 256; first++)
        {
            Assert.Equal($"{first}", tree.Find([(byte)first, 1])!.Value);
            Assert.Null(tree.Find([(byte)first]));
            Assert.Null(tree.Find([(byte)first, 1, 0]));
        }
    }

    private static string Text(Random random, int longest) =>
        string.Create(random.Next(longest), random, static (text, random) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = (char)('a' + random.Next(2));
        });

    private static byte[] Bytes(string text) => System.Text.Encoding.ASCII.GetBytes(text);
}
