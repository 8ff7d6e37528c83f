using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Devices;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Devices;

public sealed class SanityCheckTests
{
    private static readonly DateTime Start = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);
    private static readonly PropertyInfo Real = new() { Title = "Temperature", Type = "real" };

    [Theory]
    [InlineData(-0.1, Quality.Suspect)]
    [InlineData(0, Quality.Good)]
    [InlineData(100, Quality.Good)]
    [InlineData(100.1, Quality.Suspect)]
    [InlineData(double.NaN, Quality.Suspect)]
    [InlineData(double.PositiveInfinity, Quality.Suspect)]
    public void A_value_out_of_range_is_suspect_with_and_without_time(double value, Quality quality)
    {
        Assert.Equal([quality], Judge(Real with { Minimum = 0, Maximum = 100 }, (0, value)));
        Assert.Equal([quality], Judge(Real with { Minimum = 0, Maximum = 100, MaximumRate = 1 }, (0, value)));
    }

    [Fact]
    public void A_spike_marks_itself_alone() => Assert.Equal(
        [Quality.Good, Quality.Good, Quality.Suspect, Quality.Good, Quality.Good],
        Judge(Rate(1), (0, 20), (10, 21), (20, 60), (30, 22), (40, 22.5)));

    [Fact]
    public void A_lasting_step_is_believed_when_there_was_time_for_it() => Assert.Equal(
        [Quality.Good, Quality.Suspect, Quality.Suspect, Quality.Good, Quality.Good],
        Judge(Rate(1), (0, 20), (10, 50), (20, 50), (30, 50), (31, 50)));

    [Fact]
    public void The_first_value_has_nothing_to_be_compared_with() => Assert.Equal([Quality.Good], Judge(Rate(1), (0, 1e9)));

    [Fact]
    public void What_is_out_of_range_or_no_finite_number_is_no_measure_for_what_follows() => Assert.Equal(
        [Quality.Good, Quality.Suspect, Quality.Suspect, Quality.Good],
        Judge(Rate(1) with { Maximum = 100 }, (0, 20), (10, 101), (20, double.NaN), (30, 30)));

    [Fact]
    public void Changes_within_a_second_count_as_a_seconds() => Assert.Equal(
        [Quality.Good, Quality.Good, Quality.Suspect],
        Judge(Rate(1), (0, 20), (0.1, 21), (0.2, 19.9)));

    [Fact]
    public void Times_out_of_order_are_measured_both_ways()
    {
        Assert.Equal([Quality.Good, Quality.Good, Quality.Good], Judge(Rate(1), (100, 20), (90, 29), (101, 19)));
        Assert.Equal([Quality.Good, Quality.Suspect], Judge(Rate(1), (100, 20), (90, 31)));
        Assert.Equal([Quality.Good, Quality.Suspect], Judge(Rate(1), (100, 20), (100, 22)));
    }

    [Fact]
    public void A_total_that_only_grows_may_begin_anew()
    {
        var counter = Rate(1) with { DataSource = DataSource.Counter };
        Assert.Equal([Quality.Good, Quality.Good, Quality.Suspect, Quality.Good], Judge(counter, (0, 500), (10, 3), (20, 40), (30, 20)));
    }

    [Fact]
    public void What_is_no_number_has_neither_range_nor_rate()
    {
        var check = new SanityCheck(Rate(1) with { Minimum = 5 });
        foreach (var value in (Value[])["on", true, default, Value.FromJson("{}"u8)]) Assert.Equal(Quality.Good, Judge(check, value, 0));
        Assert.Equal(Quality.Good, Judge(check, 7L, 1));
    }

    [Fact]
    public void Exactly_the_same_value_for_too_long_is_stuck_until_it_changes() => Assert.Equal(
        [Quality.Good, Quality.Good, Quality.Good, Quality.Suspect, Quality.Suspect, Quality.Good, Quality.Good],
        Judge(Stuck(30), (0, 5), (10, 5), (20, 5), (30, 5), (40, 5), (50, 5.01), (60, 5)));

    [Fact]
    public void Neither_a_pause_nor_a_clock_that_was_set_makes_a_sensor_stuck()
    {
        Assert.Equal([Quality.Good, Quality.Good, Quality.Suspect], Judge(Stuck(30), (0, 5), (1e9, 5), (2e9, 5)));
        Assert.Equal([Quality.Good, Quality.Good, Quality.Good], Judge(Stuck(30), (1e9, 5), (0, 5), (10, 5)));
    }

    [Fact]
    public void Words_can_be_stuck_too()
    {
        var check = new SanityCheck(Stuck(20));
        Assert.Equal(
            [Quality.Good, Quality.Good, Quality.Suspect, Quality.Good],
            (Quality[])[Judge(check, "a", 0), Judge(check, "a", 10), Judge(check, "a", 20), Judge(check, "b", 30)]);
    }

    [Fact]
    public void What_a_stuck_sensor_says_is_no_measure_for_what_follows() => Assert.Equal(
        [Quality.Good, Quality.Good, Quality.Suspect, Quality.Suspect, Quality.Good],
        Judge(Stuck(20) with { MaximumRate = 1 }, (0, 5), (10, 5), (20, 5), (30, 5), (40, 30)));

    [Theory]
    [InlineData(Quality.Suspect)]
    [InlineData(Quality.Stale)]
    [InlineData(Quality.Bad)]
    public void What_the_source_does_not_call_good_stays_so_and_is_compared_with_nothing(Quality quality)
    {
        var check = new SanityCheck(Rate(1));
        Judge(check, 20.0, 0);
        Assert.Equal(quality, check.Judge(500.0, quality, Start.AddSeconds(1)));
        Assert.Equal(Quality.Good, Judge(check, 21.0, 2));
    }

    [Fact]
    public void Without_spikes_nothing_is_marked_and_each_spike_marks_itself_alone()
    {
        var readings = from pause in Gen.Choose(1, 100)
                       from change in Gen.Choose(-100, 100)
                       from spike in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
                       select (Pause: pause, Change: change / 100.0, IsSpike: spike);
        Prop.ForAll(readings.ListOf().ToArbitrary(), all =>
        {
            var check = new SanityCheck(Rate(1.01));
            var (time, number) = (0.0, 0.0);
            Judge(check, number, time);
            foreach (var reading in all)
            {
                time += reading.Pause;
                number += reading.Change * reading.Pause;
                var value = reading.IsSpike ? number + 1e6 : number;
                if (Judge(check, value, time) != (reading.IsSpike ? Quality.Suspect : Quality.Good)) return false;
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Whatever_comes_is_marked_good_or_suspect_and_a_constant_is_stuck_in_the_end()
    {
        var odd = Gen.Elements(0.0, 1, -1, 1e300, double.MaxValue, double.MinValue, double.NaN, double.PositiveInfinity, double.Epsilon);
        var times = Gen.Choose(-1_000_000, 1_000_000);
        Prop.ForAll(odd.Zip(times).ListOf().ToArbitrary(), all =>
        {
            var check = new SanityCheck(Real with { Minimum = -1e300, Maximum = 1e300, MaximumRate = 5, StuckAfter = 10 });
            var judged = all.All(r => Judge(check, r.Item1, r.Item2) is Quality.Good or Quality.Suspect);
            for (var i = 0; i < 20; i++) Judge(check, 7L, 2e6 + i);
            return judged && Judge(check, 7L, 2e6 + 21) == Quality.Suspect;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static PropertyInfo Rate(double rate) => Real with { MaximumRate = rate };

    private static PropertyInfo Stuck(double seconds) => Real with { StuckAfter = seconds };

    private static Quality[] Judge(PropertyInfo info, params (double Time, double Number)[] values)
    {
        var check = new SanityCheck(info);
        return [.. values.Select(v => Judge(check, v.Number, v.Time))];
    }

    private static Quality Judge(SanityCheck check, Value value, double seconds) =>
        check.Judge(value, Quality.Good, Start.AddSeconds(seconds));
}
