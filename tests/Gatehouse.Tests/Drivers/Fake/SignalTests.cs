using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Drivers.Fake;

namespace Gatehouse.Tests.Drivers.Fake;

public sealed class SignalTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(15, 15)]
    [InlineData(30, 20)]
    [InlineData(45, 15)]
    [InlineData(59, 10.333333333)]
    [InlineData(60, 10)]
    [InlineData(6075, 15)]
    public void A_cycle_rises_in_its_first_half_and_falls_in_its_second(double seconds, double value) =>
        Assert.Equal(value, new Cyclic(60, 10, 20).At(seconds), 6);

    [Theory]
    [InlineData(2, false, 30, 70)]
    [InlineData(2, false, 300, 100)]
    [InlineData(-2, false, 300, 0)]
    [InlineData(2, true, 30, 70)]
    [InlineData(2, true, 60, 30)]
    [InlineData(-2, true, 10, 90)]
    public void A_line_stops_at_its_bound_or_begins_at_the_other(double slope, bool wraps, double seconds, double value) =>
        Assert.Equal(value, new Linear(10, slope, 0, 100, wraps).At(seconds), 6);

    [Fact]
    public void A_walk_is_the_same_for_the_same_seed_however_often_it_is_looked_at()
    {
        RandomWalk[] walks = [Walk(1), Walk(1), Walk(2)];
        for (var i = 0; i <= 1000; i++) walks[0].At(i / 2.0);
        Assert.Equal(walks[0].At(500), walks[1].At(500));
        Assert.NotEqual(walks[1].At(500), walks[2].At(500));
        Assert.Equal(10, Walk(1).At(0.99));
    }

    [Fact]
    public void Every_signal_stays_within_its_bounds_and_a_walk_within_its_step()
    {
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), Gen.Choose(0, 5000).ToArbitrary(), (seed, seconds) =>
        {
            var walk = Walk(seed);
            var (before, after) = (walk.At(seconds), walk.At(seconds + 1));
            double[] values = [before, after, new Cyclic(7, 5, 15).At(seconds), new Linear(5, 0.7, 5, 15, Wraps: true).At(seconds)];
            return values.All(v => v is >= 5 and <= 15) && Math.Abs(after - before) <= 3;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static RandomWalk Walk(int seed) => new(seed, 10, 3, 5, 15);
}
