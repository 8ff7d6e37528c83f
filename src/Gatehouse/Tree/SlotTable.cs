namespace Gatehouse.Tree;

/// <summary>
/// Something for each slot, by its index. In pages, each made when it is first used: a table that grows copies nothing, and costs no more
/// than what is in it. One thread at a time.
/// </summary>
internal sealed class SlotTable<T>
{
    private const int PageBits = 11, PageSize = 1 << PageBits;

    private T[]?[] _pages = [];

    /// <summary>What is kept for the slot with this index; <c>default</c> at first.</summary>
    public ref T this[int index]
    {
        get
        {
            var page = index >> PageBits;
            if (page >= _pages.Length) Array.Resize(ref _pages, Math.Max(page + 1, _pages.Length * 2));
            return ref (_pages[page] ??= new T[PageSize])[index & (PageSize - 1)];
        }
    }
}
