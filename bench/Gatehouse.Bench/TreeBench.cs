using BenchmarkDotNet.Attributes;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Tree;

namespace Gatehouse.Bench;

/// <summary>What a set costs its caller: 10,000 keys, a real value, two watchers that follow.</summary>
[MemoryDiagnoser]
public class TreeBench
{
    private const int KeyCount = 10_000;

    private static readonly Origin Setter = new("bench");

    private ValueTree _tree = null!;
    private Key[] _keys = null!;
    private string[] _texts = null!;
    private Watchers _watchers = null!;
    private int _next;

    [GlobalSetup]
    public void Fill()
    {
        _tree = new ValueTree(new TreeOptions(), new TreeStart(1, 0), TimeProvider.System, AllowAll.Instance);
        _texts = [.. Enumerable.Range(0, KeyCount).Select(i => $"/device/localhost.bench.d{i / 10}/p{i % 10}")];
        _keys = [.. _texts.Select(t => _tree.Intern(t))];
        foreach (var key in _keys) _tree.Set(new Change(key, 20.0), Setter);
        _watchers = new Watchers(_tree, 2);
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _watchers.DisposeAsync();
        _tree.Dispose();
    }

    [Benchmark]
    public long SetByKey() => _tree.Set(new Change(_keys[Next()], 21.5), Setter);

    [Benchmark]
    public long SetByText() => _tree.Set(new Change(_tree.Intern(_texts[Next()]), 21.5), Setter);

    [Benchmark]
    public Entry? GetByKey() => _tree.Get(_keys[Next()]);

    [Benchmark]
    public object SnapshotOfAll() => _tree.Snapshot(KeyFilter.All, Setter).Entries;

    private int Next() => _next = (_next + 1) % KeyCount;
}
