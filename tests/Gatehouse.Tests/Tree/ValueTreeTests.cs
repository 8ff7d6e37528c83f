using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Tree;

public sealed class ValueTreeTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Numbers_go_on_where_the_run_before_reserved_them()
    {
        using var tree = Trees.New();
        Assert.Equal(101, tree.Set("/a", 1));
        Assert.Equal(102, tree.Set("/a", 1)); // an equal value is a change too
    }

    [Fact]
    public void One_text_is_one_key()
    {
        using var tree = Trees.New();
        Assert.Same(tree.Intern("/a/b"), tree.Intern("/a/b"));
        Assert.False(tree.TryFind("/a/c", out _));
    }

    [Fact]
    public void A_key_of_another_tree_is_found_by_its_text()
    {
        using var one = Trees.New();
        using var other = Trees.New();
        other.Set(new Change(one.Intern("/a"), 5), Trees.Tester);
        Assert.Equal(5, other.Get("/a")!.Value);
        Assert.Null(one.Get("/a"));
        Assert.Null(one.Get(Key.Parse("/never/seen")));
    }

    [Fact]
    public void More_keys_than_allowed_are_refused_and_the_known_ones_go_on()
    {
        using var tree = Trees.New(maxKeys: 2);
        tree.Set("/a", 1);
        tree.Set("/b", 1);
        Assert.Equal(KeyError.TooMany, Assert.Throws<KeyFormatException>(() => tree.Set("/c", 1)).Error);
        tree.Set("/a", 2);
        Assert.Equal(2, tree.Get("/a")!.Value);
    }

    [Fact]
    public void What_claims_to_be_older_is_kept_at_its_time_and_suspect()
    {
        using var tree = Trees.New(_time);
        var key = tree.Intern("/a");
        var now = _time.GetUtcNow().UtcDateTime;
        tree.Set(new Change(key, 1), Trees.Tester);
        tree.Set(new Change(key, 2, now.AddSeconds(-1)), Trees.Tester);
        var entry = tree.Get(key)!;
        Assert.Equal((2, now.AddSeconds(-1), now, Quality.Suspect), (entry.Value, entry.Time, entry.Received, entry.Quality));
    }

    [Fact]
    public void A_local_time_is_turned_into_utc()
    {
        using var tree = Trees.New(_time);
        var local = DateTime.SpecifyKind(new DateTime(2026, 1, 31, 12, 0, 0), DateTimeKind.Local);
        tree.Set(new Change(tree.Intern("/a"), 1, local), Trees.Tester);
        Assert.Equal((local.ToUniversalTime(), DateTimeKind.Utc), (tree.Get("/a")!.Time, tree.Get("/a")!.Time.Kind));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_no_number_is_suspect_at_best(double value)
    {
        using var tree = Trees.New();
        tree.Set("/a", value);
        Assert.Equal(Quality.Suspect, tree.Get("/a")!.Quality);
        tree.Set(new Change(tree.Intern("/a"), value, Quality: Quality.Bad), Trees.Tester);
        Assert.Equal(Quality.Bad, tree.Get("/a")!.Quality);
    }

    [Fact]
    public void A_value_of_more_than_64_KiB_is_refused()
    {
        using var tree = Trees.New();
        tree.Set("/a", new string('x', Value.MaxSize));
        Assert.Throws<ValueTooLargeException>(() => tree.Set("/a", new string('x', Value.MaxSize + 1)));
        Assert.Throws<ValueTooLargeException>(
            () => tree.Set([new(tree.Intern("/b"), 1), new(tree.Intern("/a"), new string('x', Value.MaxSize + 1))], Trees.Tester));
        Assert.Null(tree.Get("/b"));
    }

    [Fact]
    public void A_removed_value_is_gone_and_its_removal_is_passed_on()
    {
        using var tree = Trees.New();
        tree.Set("/a", 1);
        using var watch = tree.Watch(KeyFilter.All, WatchMode.Latest, tree.Sequence, Trees.Tester);
        tree.Set(new Change(tree.Intern("/a"), default, Removed: true), Trees.Tester);
        Assert.Null(tree.Get("/a"));
        Assert.Empty(tree.Snapshot(KeyFilter.All, Trees.Tester).Entries);
        Assert.True(Assert.Single(watch.ReadAll(out _)).Removed);
    }

    [Fact]
    public void Set_if_unchanged_takes_the_expected_number_only()
    {
        using var tree = Trees.New();
        var key = tree.Intern("/a");
        Assert.False(tree.TrySet(new Change(key, 1), 5, Trees.Tester, out var current));
        Assert.Null(current);
        Assert.True(tree.TrySet(new Change(key, 1), 0, Trees.Tester, out current));
        Assert.False(tree.TrySet(new Change(key, 2), 0, Trees.Tester, out var inTheWay));
        Assert.Equal(current, inTheWay);
        Assert.True(tree.TrySet(new Change(key, 2), current!.Sequence, Trees.Tester, out _));
    }

    [Fact]
    public void An_event_has_no_present_value_and_is_in_no_snapshot()
    {
        using var tree = Trees.New();
        tree.Set("/event/door/rang", 1);
        Assert.Null(tree.Get("/event/door/rang"));
        Assert.Empty(tree.Snapshot(KeyFilter.All, Trees.Tester).Entries);
    }

    [Fact]
    public void A_watch_cannot_start_in_the_future()
    {
        using var tree = Trees.New();
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Watch(KeyFilter.All, WatchMode.Every, tree.Sequence + 1, Trees.Tester));
    }

    [Fact]
    public void An_empty_batch_changes_nothing()
    {
        using var tree = Trees.New();
        Assert.Equal(100, tree.Set([], Trees.Tester));
    }
}
