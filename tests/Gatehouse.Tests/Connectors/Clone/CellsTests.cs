using Gatehouse.Connectors.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Connectors.Clone;

/// <summary>The order of cells, beside a list that does the same slowly.</summary>
public sealed class CellsTests
{
    [Fact]
    public void Cursors_see_what_a_list_would_show_them()
    {
        using var tree = Trees.New();
        var slots = Enumerable.Range(0, 5000).Select(i => tree.Intern($"/k/{i}")).ToArray();
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var cells = new Cells();
            var spread = random.Next(1, slots.Length);
            // Cells by their index and cursors by their number below zero, in one order.
            var (model, numbers, cursors) = (new List<int>(), new Dictionary<int, (Entry Entry, long Number)>(), new List<int>());
            for (var step = 1; step < 3000; step++)
            {
                var cursor = cursors.Count == 0 ? 0 : cursors[random.Next(cursors.Count)];
                switch (random.Next(10))
                {
                    case 0:
                        cursors.Add(cells.AddAtStart());
                        model.Insert(0, cursors[^1]);
                        break;
                    case 1:
                        cursors.Add(cells.AddAtEnd());
                        model.Add(cursors[^1]);
                        break;
                    case 2 when model.Count > 0 && model[^1] > 0:
                        cursors.Add(cells.AddBeforeLast());
                        model.Insert(model.Count - 1, cursors[^1]);
                        break;
                    case 3 when cursor < 0:
                        cells.Remove(cursor);
                        cursors.Remove(cursor);
                        model.Remove(cursor);
                        break;
                    case < 7 when cursor < 0:
                        var next = model.FindIndex(model.IndexOf(cursor), place => place > 0);
                        Assert.Equal(next >= 0, cells.TryPeek(cursor, out var place, out var entry, out var number));
                        if (next < 0 || random.Next(8) == 0) break;
                        cells.Pass(cursor, place);
                        Assert.Equal(numbers[model[next]], (entry, number));
                        var passed = model[next];
                        model.Remove(cursor);
                        model.Insert(model.IndexOf(passed) + 1, cursor);
                        break;
                    default:
                        var index = random.Next(spread);
                        var put = new Entry { Key = slots[index], Origin = Trees.Tester, Removed = random.Next(3) == 0 };
                        cells.Put(index, put, step);
                        model.Remove(index + 1);
                        model.Add(index + 1);
                        numbers[index + 1] = (put, step);
                        break;
                }
                if (step % 100 == 0) Assert.Equal(numbers.Values.Count(n => !n.Entry.Removed), cells.Count);
                Assert.Equal(cursors.Count, cells.Cursors);
            }
        }
    }

    [Fact]
    public void A_key_costs_what_was_promised()
    {
        using var tree = Trees.New();
        var entry = new Entry { Key = tree.Intern("/k"), Origin = Trees.Tester };
        var before = GC.GetAllocatedBytesForCurrentThread();
        var cells = new Cells();
        const int Count = 1 << 17;
        for (var i = 0; i < Count; i++) cells.Put(i, entry, i);
        // What a table of pages that grows leaves behind is counted, too.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (double)Count, 24, 24.2);
    }
}
