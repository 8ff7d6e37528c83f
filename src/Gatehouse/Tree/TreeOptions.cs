namespace Gatehouse.Tree;

/// <summary>How much the tree remembers.</summary>
internal sealed class TreeOptions
{
    public const string SectionName = "tree";

    /// <summary>Changes kept for watchers that lag behind or resume; a power of two.</summary>
    public int RingSize { get; set; } = 65_536;

    /// <summary>Keys that the hub may ever meet in one run.</summary>
    public int MaxKeys { get; set; } = 1_000_000;
}
