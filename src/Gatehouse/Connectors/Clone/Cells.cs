using Gatehouse.Sdk.Values;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// What was last published of each key, in the order of publication: an entry that is published again goes to the end. Cursors stand in
/// the same order, between cells, so that whatever changes meanwhile, a reader that goes from cell to cell up to the end has seen the
/// newest of every key. By the slot's index, 24 bytes a key. One thread.
/// </summary>
internal sealed class Cells
{
    // Small enough to be moved about like other objects, so that a table that grows costs no more than what is in it.
    private const int PageBits = 11, PageSize = 1 << PageBits;
    private const int None = 0;

    private readonly Stack<int> _free = [];
    private Cell[]?[] _pages = new Cell[16][];
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
        var page = index >> PageBits;
        if (page >= _pages.Length) Array.Resize(ref _pages, Math.Max(page + 1, _pages.Length * 2));
        var cells = _pages[page] ??= new Cell[PageSize];
        ref var cell = ref cells[index & (PageSize - 1)];
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

    /// <summary>Moves a cursor over the next cell; false when there is none.</summary>
    public bool TryNext(int cursor, out Entry entry, out long number)
    {
        ref var own = ref At(cursor);
        var next = own.Next;
        while (next < None) next = At(next).Next;
        if (next == None)
        {
            (entry, number) = (null!, 0);
            return false;
        }
        ref var cell = ref At(next);
        (entry, number) = (cell.Entry!, cell.Number);
        Unlink(ref own);
        LinkAfter(next, cursor, ref own);
        return true;
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
        ref place > None ? ref _pages[(place - 1) >> PageBits]![(place - 1) & (PageSize - 1)] : ref _cursors[-place - 1];

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
