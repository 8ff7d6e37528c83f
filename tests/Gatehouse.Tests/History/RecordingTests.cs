using System.Globalization;
using Gatehouse.History;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.History;

public sealed class RecordingTests
{
    private static readonly DateTime Noon = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Only_changes_are_recorded_and_now_and_then_a_value_that_did_not_change()
    {
        var run = new Run(new RecordingOptions());
        run.At(0, 1).At(2, 1).At(4, 2).At(6, 2).At(8, 2, Quality.Bad);
        run.At(300, 2, Quality.Bad).At(607, 2, Quality.Bad).At(609, 2, Quality.Bad);
        Assert.Equal(["0:1 good", "4:2 good", "8:2 bad", "609:2 bad"], run.Recorded);
    }

    [Fact]
    public void A_value_that_comes_too_soon_is_recorded_at_the_end_of_the_pause_unless_a_newer_one_came()
    {
        var run = new Run(new RecordingOptions());
        run.At(0, 1).At(0.2, 2).At(0.4, 3).Tick(0.9).Tick(1.0).Tick(2).At(2.5, 4).At(3.5, 5);
        Assert.Equal(["0:1 good", "0.4:3 good", "2.5:4 good", "3.5:5 good"], run.Recorded);
    }

    [Fact]
    public void A_value_that_went_back_within_the_pause_was_no_change()
    {
        var run = new Run(new RecordingOptions());
        run.At(0, 1).At(0.2, 2).At(0.4, 1).Tick(1).Tick(2);
        Assert.Equal(["0:1 good"], run.Recorded);
    }

    [Fact]
    public void Small_changes_of_a_number_are_left_out_by_the_deadband()
    {
        var run = new Run(new RecordingOptions { Mode = RecordingMode.Deadband, Deadband = 0.5 });
        run.At(0, 1).At(2, 1.4).At(4, 1.5).At(6, 1.9).At(8, 0.9).At(10, "off").At(12, "off").At(14, 0.9);
        Assert.Equal(["0:1 good", "4:1.5 good", "8:0.9 good", "10:off good", "14:0.9 good"], run.Recorded);
    }

    [Fact]
    public void An_interval_records_its_newest_whether_it_changed_or_not()
    {
        var run = new Run(new RecordingOptions { Mode = RecordingMode.Interval, Interval = TimeSpan.FromSeconds(10) });
        run.At(0, 1).At(3, 2).At(6, 3).Tick(9).Tick(10).At(12, 3).At(20, 3).Tick(21).At(40, 3);
        Assert.Equal(["0:1 good", "6:3 good", "20:3 good", "40:3 good"], run.Recorded);
    }

    [Fact]
    public void Every_records_all_and_none_nothing()
    {
        var every = new Run(new RecordingOptions { Mode = RecordingMode.Every });
        every.At(0, 1).At(0, 1).At(0.001, 1);
        Assert.Equal(["0:1 good", "0:1 good", "0.001:1 good"], every.Recorded);
        var none = new Run(new RecordingOptions { Mode = RecordingMode.None });
        none.At(0, 1).At(10, 2).Tick(20);
        Assert.Empty(none.Recorded);
    }

    [Fact]
    public void After_a_loss_a_mark_and_the_next_value_are_recorded_whatever_it_is()
    {
        var run = new Run(new RecordingOptions());
        run.At(0, 1).At(2, 1);
        run.Recording.Interrupt();
        run.At(4, 1).At(6, 1);
        Assert.Equal(["0:1 good", "0:1 stale", "4:1 good"], run.Recorded);
    }

    [Fact]
    public void A_removal_is_a_change()
    {
        var run = new Run(new RecordingOptions());
        run.At(0, 1).Remove(2).Remove(4).At(6, 1);
        Assert.Equal(["0:1 good", "2:null good removed", "6:1 good"], run.Recorded);
    }

    [Theory]
    [InlineData("/device/lab.a/t", null, "Deadband")]
    [InlineData("/device/lab.b/t", null, "None")]
    [InlineData("/device/lab.b/t", true, "Changed")]
    [InlineData("/device/lab.a/t", false, "None")]
    [InlineData("/event/button", null, "Every")]
    [InlineData("/lab/x", null, "Changed")]
    public void The_longest_prefix_counts_and_the_devices_wish_before_it(string key, bool? log, string mode)
    {
        var rules = new RecordingRules(new HistoryOptions
        {
            Record = new()
            {
                ["/device/"] = new RecordingOptions { Mode = RecordingMode.None },
                ["/device/lab.a"] = new RecordingOptions { Mode = RecordingMode.Deadband },
            },
        });
        Assert.Equal(mode, rules.For(key, new Gatehouse.Parts.KeyNotes("t", null, false, log, null)).Mode.ToString());
        Assert.Equal("None", new RecordingRules(new HistoryOptions { Enabled = false }).For(key, null).Mode.ToString());
    }

    [Fact]
    public void A_value_stands_as_long_as_the_rule_lets_it()
    {
        var every = new RecordingOptions { Mode = RecordingMode.Every };
        var interval = new RecordingOptions { Mode = RecordingMode.Interval, Interval = TimeSpan.FromMinutes(1) };
        Assert.Null(RecordingRules.Hold(new RecordingOptions(), TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(606), RecordingRules.Hold(new RecordingOptions(), TimeSpan.FromSeconds(2)));
        Assert.Equal(TimeSpan.FromSeconds(6), RecordingRules.Hold(every, TimeSpan.FromSeconds(2)));
        Assert.Equal(TimeSpan.FromMinutes(3), RecordingRules.Hold(interval, TimeSpan.FromSeconds(2)));
    }

    private sealed class Run(RecordingOptions rule)
    {
        public Recording Recording { get; } = new("/x");

        public List<string> Recorded { get; } = [];

        public Run At(double seconds, Value value, Quality quality = Quality.Good) =>
            Offer(new Point(At(seconds), value, quality), seconds);

        public Run Remove(double seconds) => Offer(new Point(At(seconds), default, Removed: true), seconds);

        public Run Tick(double seconds)
        {
            if (Recording.TakeHeld(rule, TimeSpan.FromSeconds(seconds)) is { } held) Record(held, seconds);
            return this;
        }

        private static DateTime At(double seconds) => Noon.AddSeconds(seconds);

        private Run Offer(Point point, double seconds)
        {
            if (Recording.Offer(point, rule, TimeSpan.FromSeconds(seconds))) Record(point, seconds);
            return this;
        }

        private void Record(Point point, double seconds)
        {
            if (Recording.TakeMark() is { } mark) Recorded.Add(Text(mark));
            Recorded.Add(Text(point));
            Recording.Note(point, TimeSpan.FromSeconds(seconds));
        }

        private static string Text(Point point)
        {
            var seconds = (point.Time - Noon).TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return $"{seconds}:{(point.Removed ? "null" : point.Value)} {point.Quality.ToText()}{(point.Removed ? " removed" : "")}";
        }
    }
}
