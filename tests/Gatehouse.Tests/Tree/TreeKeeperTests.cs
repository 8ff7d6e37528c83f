using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Tree;

public sealed class TreeKeeperTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ValueTree _tree;
    private readonly TreeKeeper _keeper;
    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse").FullName;

    public TreeKeeperTests()
    {
        _tree = Trees.New(_time);
        _keeper = new TreeKeeper(_tree, null, _time);
    }

    public void Dispose()
    {
        _tree.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_value_with_a_time_to_live_goes_when_nothing_newer_came()
    {
        _tree.Set(new Change(_tree.Intern("/short"), 1, Ttl: TimeSpan.FromSeconds(5)), Trees.Tester);
        _tree.Set(new Change(_tree.Intern("/renewed"), 1, Ttl: TimeSpan.FromSeconds(5)), Trees.Tester);
        Pass(4.9);
        _tree.Set("/renewed", 2);
        Assert.NotNull(_tree.Get("/short"));
        Pass(0.2);
        Assert.Null(_tree.Get("/short"));
        Assert.Equal(2, _tree.Get("/renewed")!.Value);
    }

    [Fact]
    public void A_key_waits_for_its_end_once_however_often_it_is_renewed()
    {
        var key = _tree.Intern("/renewed");
        for (var i = 0; i < 1000; i++) _tree.Set(new Change(key, i, Ttl: TimeSpan.FromSeconds(10 + (i % 7))), Trees.Tester);
        Assert.Equal(1, _tree.Expiries.Count);
        Pass(9.9);
        _tree.Set(new Change(key, 5, Ttl: TimeSpan.FromSeconds(30)), Trees.Tester);
        Pass(29);
        Assert.NotNull(_tree.Get(key));
        _tree.Set(new Change(key, 6, Ttl: TimeSpan.FromSeconds(0.5)), Trees.Tester); // brought forward
        Pass(0.6);
        Assert.Null(_tree.Get(key));
        Assert.Equal(0, _tree.Expiries.Count);
    }

    [Fact]
    public void A_clock_step_neither_expires_nor_stales_anything()
    {
        _tree.Set(new Change(_tree.Intern("/short"), 1, Ttl: TimeSpan.FromSeconds(5)), Trees.Tester);
        _tree.Set("/watched", 1);
        _tree.Expect(_tree.Intern("/watched"), TimeSpan.FromSeconds(1));
        _time.StepWallClock(TimeSpan.FromDays(400));
        _keeper.Keep();
        Assert.NotNull(_tree.Get("/short"));
        Assert.Equal(Quality.Good, _tree.Get("/watched")!.Quality);
    }

    [Fact]
    public void Silence_of_three_intervals_makes_the_same_value_stale_once_and_news_makes_it_good_again()
    {
        var key = _tree.Intern("/watched");
        _tree.Expect(key, TimeSpan.FromSeconds(2));
        _tree.Set(new Change(key, 21.5), Trees.Tester);
        var time = _tree.Get(key)!.Time;
        Pass(6);
        Assert.Equal(Quality.Good, _tree.Get(key)!.Quality);
        Pass(0.1);
        var stale = _tree.Get(key)!;
        Assert.Equal((21.5, Quality.Stale, time), (stale.Value, stale.Quality, stale.Time));
        Pass(60);
        Assert.Equal(stale.Sequence, _tree.Get(key)!.Sequence);
        _tree.Set(new Change(key, 22), Trees.Tester);
        Pass(1);
        Assert.Equal(Quality.Good, _tree.Get(key)!.Quality);
    }

    [Fact]
    public void The_sequence_is_reserved_ahead_of_use_and_never_goes_back()
    {
        var (file, first) = SequenceFile.Open(_folder, _time, NullLogger<SequenceFile>.Instance);
        Assert.Equal(0, first.Sequence);
        file.KeepAhead(SequenceFile.Block - 1);
        var (_, second) = SequenceFile.Open(_folder, _time, NullLogger<SequenceFile>.Instance);
        Assert.True(second.Sequence >= SequenceFile.Block - 1, $"{second}");
        Assert.True(second.Epoch > first.Epoch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("a b")]
    [InlineData("5 99999999999999999999")]
    public void A_damaged_sequence_file_begins_a_new_epoch(string content)
    {
        var (_, before) = SequenceFile.Open(_folder, _time, NullLogger<SequenceFile>.Instance);
        File.WriteAllText(Path.Combine(_folder, SequenceFile.FileName), content);
        _time.Advance(TimeSpan.FromSeconds(1));
        var (_, after) = SequenceFile.Open(_folder, _time, NullLogger<SequenceFile>.Instance);
        Assert.True(after.Epoch > before.Epoch);
    }

    private void Pass(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _keeper.Keep();
    }
}
