namespace Gatehouse.Tree;

/// <summary>Where the tree's numbers begin, so that they never go back: given by <see cref="SequenceFile"/>.</summary>
/// <param name="Epoch">This run's number.</param>
/// <param name="Sequence">The number before the first change of this run.</param>
internal readonly record struct TreeStart(long Epoch, long Sequence);
