using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Support;

/// <summary>Trees for tests.</summary>
internal static class Trees
{
    public static Origin Tester { get; } = new("test");

    public static ValueTree New(TimeProvider? time = null, int ringSize = 1024, int maxKeys = 100_000) => new(
        new TreeOptions { RingSize = ringSize, MaxKeys = maxKeys },
        new TreeStart(7, 100),
        time ?? TimeProvider.System,
        AllowAll.Instance);

    public static long Set(this ValueTree tree, string key, Value value) => tree.Set(new Change(tree.Intern(key), value), Tester);

    public static Entry? Get(this ValueTree tree, string key) => tree.TryFind(key, out var found) ? tree.Get(found) : null;

    public static List<Entry> ReadAll(this Watch watch, out Gap gap)
    {
        var all = new List<Entry>();
        var entries = new Entry[16];
        gap = Gap.None;
        while (watch.Read(entries, out var lost) is var count && (count > 0 || lost.Count > 0))
        {
            if (lost.Count > 0) gap = lost;
            all.AddRange(entries.AsSpan(0, count));
        }
        return all;
    }
}
