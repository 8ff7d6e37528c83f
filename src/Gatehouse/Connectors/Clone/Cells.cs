using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// What was last published of each key, in the order of publication: an entry that is published again goes to the end. Cursors stand in
/// the same order, between cells, so that whatever changes meanwhile, a reader that goes from cell to cell up to the end has seen the
/// newest of every key. By the slot's index, 24 bytes a key. One thread.
/// </summary>
internal sealed class Cells
{
    private const int None = 0;

    private readonly Stack<int> _free = [];
    private readonly SlotTable<Cell> _cells = new();
    private Cell[] _cursors = new Cell[16];
    private int _cursorCount;

    // A place in the order is a cell's index and one, or a cursor's number below zero.
    private int _first, _last;

    /// <summary>How many keys have a value.</summary>
    public int Count { get; private set; }

    /// <summary>How many cursors there are.</summary>
    public int Cursors => _cursorCount - _free.Count;

    /// <summary>Puts an entry at the end.</summary>
    /// <param name="index">The index of its key's slot.</param>
    /// <param name="entry">May be a removal, which stays in the order.</param>
    /// <param name="number">Not below any that is there.</param>
    public void Put(int index, Entry entry, long number)
    {
        ref var cell = ref _cells[index];
        if (cell.Entry is not null) Unlink(ref cell);
        if (cell.Entry is { Removed: false }) Count--;
        if (!entry.Removed) Count++;
        (cell.Entry, cell.Number) = (entry, number);
        LinkAfter(_last, index + 1, ref cell);
    }

    /// <summary>A cursor before the first cell.</summary>
    public int AddAtStart() => Add(None);

    /// <summary>A cursor behind the last cell.</summary>
    public int AddAtEnd() => Add(_last);

    /// <summary>A cursor before the last cell, which was put just now.</summary>
    public int AddBeforeLast() => Add(At(_last).Previous);

    public void Remove(int cursor)
    {
        Unlink(ref At(cursor));
        _free.Push(cursor);
    }

    /// <summary>The next cell behind a cursor; false when there is none.</summary>
    /// <param name="cursor">Stays where it is.</param>
    /// <param name="place">For <see cref="Pass"/>, before anything else changes.</param>
    /// <param name="entry">What was published last.</param>
    /// <param name="number">Its number.</param>
    public bool TryPeek(int cursor, out int place, out Entry entry, out long number)
    {
        place = At(cursor).Next;
        while (place < None) place = At(place).Next;
        (entry, number) = (null!, 0);
        if (place == None) return false;
        ref var cell = ref At(place);
        (entry, number) = (cell.Entry!, cell.Number);
        return true;
    }

    /// <summary>Moves a cursor over the cell that it was shown.</summary>
    public void Pass(int cursor, int place)
    {
        ref var own = ref At(cursor);
        Unlink(ref own);
        LinkAfter(place, cursor, ref own);
    }

    private int Add(int previous)
    {
        if (!_free.TryPop(out var cursor))
        {
            if (_cursorCount == _cursors.Length) Array.Resize(ref _cursors, _cursorCount * 2);
            cursor = -++_cursorCount;
        }
        LinkAfter(previous, cursor, ref At(cursor));
        return cursor;
    }

    private ref Cell At(int place) =>
        ref place > None ? ref _cells[place - 1] : ref _cursors[-place - 1];

    private void Unlink(ref Cell cell)
    {
        if (cell.Previous == None) _first = cell.Next;
        else At(cell.Previous).Next = cell.Next;
        if (cell.Next == None) _last = cell.Previous;
        else At(cell.Next).Previous = cell.Previous;
    }

    private void LinkAfter(int previous, int place, ref Cell cell)
    {
        var next = previous == None ? _first : At(previous).Next;
        (cell.Previous, cell.Next) = (previous, next);
        if (previous == None) _first = place;
        else At(previous).Next = place;
        if (next == None) _last = place;
        else At(next).Previous = place;
    }

    private struct Cell
    {
        public Entry? Entry;
        public long Number;
        public int Previous, Next;
    }
}
