using Gatehouse.Tree;

namespace Gatehouse.Parts;

/// <summary>Runs the tree's housekeeping. Without it nothing goes stale and the sequence may run out of what is reserved.</summary>
internal sealed class KeeperPart(TreeMemory memory, TimeProvider time) : IEssentialPart
{
    public string Name => "tree";

    public Task RunAsync(Hub hub, CancellationToken stop) => new TreeKeeper(hub.Tree, memory.File, time).RunAsync(stop);
}
