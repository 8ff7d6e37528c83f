using Gatehouse.Tree;

namespace Gatehouse.Tests.Tree;

public sealed class KeyIndexTests
{
    private readonly KeyIndex _index = new();
    private Slot[] _slots = new Slot[4];
    private int _count;

    [Fact]
    public void Keys_that_share_a_hash_are_told_apart_by_their_text()
    {
        foreach (var text in (string[])["/a", "/b", "/c"]) Add(text, hash: 7);
        Assert.Equal("/b", Find("/b", 7)?.Text);
        Assert.Null(Find("/d", 7));
    }

    [Fact]
    public void The_end_of_the_table_goes_on_at_its_beginning()
    {
        Add("/a", uint.MaxValue);
        Add("/b", uint.MaxValue);
        Assert.Equal("/b", Find("/b", uint.MaxValue)?.Text);
        Assert.Null(Find("/a", 0));
    }

    [Fact]
    public void All_are_found_however_many_there_are()
    {
        for (var i = 0; i < 10_000; i++) Add(Text(i), KeyIndex.HashOf(Text(i)));
        for (var i = 0; i < 10_000; i++) Assert.Same(_slots[i], Find(Text(i), KeyIndex.HashOf(Text(i))));
        Assert.Null(Find("/none", KeyIndex.HashOf("/none")));

        static string Text(int i) => $"/k{i}";
    }

    [Fact]
    public async Task Readers_find_what_was_added_before_while_others_are_added()
    {
        const int Count = 200_000;
        var added = 0;
        var texts = Enumerable.Range(0, Count).Select(i => $"/k{i}").ToArray();
        var reader = Task.Run(() =>
        {
            var random = new Random(1);
            var missed = 0;
            for (var seen = 0; seen < Count; seen = Volatile.Read(ref added))
            {
                if (seen == 0) continue;
                var text = texts[random.Next(seen)];
                if (Find(text, KeyIndex.HashOf(text))?.Text != text) missed++;
            }
            return missed;
        });
        for (var i = 0; i < Count; i++)
        {
            Add(texts[i], KeyIndex.HashOf(texts[i]));
            Volatile.Write(ref added, i + 1);
        }
        Assert.Equal(0, await reader);
    }

    private void Add(string text, uint hash)
    {
        if (_count == _slots.Length)
        {
            var larger = new Slot[_count * 2];
            _slots.CopyTo(larger, 0);
            Volatile.Write(ref _slots, larger);
        }
        var slot = new Slot(text, _count);
        _slots[_count++] = slot;
        _index.Add(_slots, slot, hash);
    }

    private Slot? Find(string text, uint hash) => _index.TryFind(text, hash, ref _slots, out var slot) ? slot : null;
}
