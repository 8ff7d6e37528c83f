using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Tree;

public sealed class OwnershipTests
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_key_that_nobody_owns_is_set_at_once()
    {
        using var tree = Trees.New();
        var result = await tree.WriteAsync(new Change(tree.Intern("/a"), 1), null, Trees.Tester, _stop);
        Assert.Equal((WriteStatus.Done, 1), (result.Status, result.Current!.Value));
        result = await tree.WriteAsync(new Change(tree.Intern("/a"), 2), 5, Trees.Tester, _stop);
        Assert.Equal((WriteStatus.Conflict, 1), (result.Status, tree.Get("/a")!.Value));
        result = await tree.WriteAsync(new Change(tree.Intern("/a"), 2), tree.Sequence, Trees.Tester, _stop);
        Assert.Equal(WriteStatus.Done, result.Status);
    }

    [Fact]
    public async Task A_write_goes_to_the_owner_of_keys_made_before_and_after()
    {
        using var tree = Trees.New();
        var before = tree.Intern("/lamp/on");
        var owner = new Lamp(tree, (change, _) => new(WriteStatus.Done, null, change.Key.Text));
        using (tree.Own(new KeyFilter("/lamp/"), owner))
        {
            Assert.Equal("/lamp/on", (await tree.WriteAsync(new Change(before, true), null, Trees.Tester, _stop)).Reason);
            var level = await tree.WriteAsync(new Change(tree.Intern("/lamp/level"), 5), null, Trees.Tester, _stop);
            Assert.Equal("/lamp/level", level.Reason);
            Assert.Null(tree.Get("/lamp/on"));
            Assert.Equal(WriteStatus.Conflict, (await tree.WriteAsync(new Change(before, true), 5, Trees.Tester, _stop)).Status);
            var taken = Assert.Throws<NameTakenException>(() => tree.Own(new KeyFilter("/lamp/on"), owner));
            Assert.Contains("lamp", taken.Message, StringComparison.Ordinal);
        }
        Assert.Equal(WriteStatus.Done, (await tree.WriteAsync(new Change(before, true), null, Trees.Tester, _stop)).Status);
        Assert.Equal(true, tree.Get("/lamp/on")!.Value);
    }

    [Fact]
    public async Task An_owner_that_throws_or_hangs_is_answered_for()
    {
        using var tree = Trees.New(_time);
        using var _ = tree.Own(new KeyFilter("/bad"), new Lamp(tree, (_, _) => throw new IOException("cable out")));
        Assert.Equal(
            (WriteStatus.Failed, "lamp failed: cable out"),
            Parts(await tree.WriteAsync(new Change(tree.Intern("/bad"), 1), null, Trees.Tester, _stop)));

        using var __ = tree.Own(new KeyFilter("/slow"), new Lamp(tree, null));
        var writing = tree.WriteAsync(new Change(tree.Intern("/slow"), 1), null, Trees.Tester, _stop).AsTask();
        Assert.False(writing.IsCompleted);
        _time.Advance(KeyOwners.Patience);
        Assert.Equal(WriteStatus.Timeout, (await writing).Status);
    }

    [Fact]
    public async Task Read_only_keys_refuse_writes_with_the_reason()
    {
        using var tree = Trees.New();
        using var _ = tree.Own(new KeyFilter("/hub/"), new ReadOnlyOwner("the hub"));
        var result = await tree.WriteAsync(new Change(tree.Intern("/hub/a"), 1), null, Trees.Tester, _stop);
        Assert.Equal((WriteStatus.ReadOnly, "/hub/a is set by the hub alone and cannot be written"), Parts(result));
    }

    private static (WriteStatus, string?) Parts(WriteResult result) => (result.Status, result.Reason);

    private sealed class Lamp(ValueTree tree, Func<Change, ValueTree, WriteResult>? answer) : IKeyOwner
    {
        public string Name => "lamp";

        public async ValueTask<WriteResult> WriteAsync(Change change, Origin origin, CancellationToken stop)
        {
            if (answer is null) await new TaskCompletionSource().Task.WaitAsync(stop);
            return answer!(change, tree);
        }
    }
}
