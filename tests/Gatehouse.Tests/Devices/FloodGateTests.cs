using Gatehouse.Devices;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Devices;

/// <summary>Most gates here let 10 values through per second, 5 at once.</summary>
public sealed class FloodGateTests : IDisposable
{
    private readonly DriverFixture _hub = new();

    [Fact]
    public void A_burst_passes_and_what_follows_is_held_back()
    {
        using var gate = _hub.Gate();
        for (var i = 1; i <= 8; i++) Set(gate, "/a", i);
        Assert.Equal(5, _hub.Number("/a"));
    }

    [Fact]
    public void The_last_values_are_set_when_the_driver_falls_silent()
    {
        using var gate = _hub.Gate();
        for (var i = 1; i <= 8; i++)
        {
            Set(gate, "/a", i);
            Set(gate, "/b", -i);
        }
        _hub.Steps.Advance(TimeSpan.FromSeconds(0.25));
        Assert.Equal((8d, -8d), (_hub.Number("/a"), _hub.Number("/b")));
        Assert.Equal(Quality.Good, _hub.Get("/a")!.Quality);
    }

    [Fact]
    public void A_value_keeps_the_time_at_which_it_was_held_back()
    {
        using var gate = _hub.Gate();
        for (var i = 1; i <= 6; i++) Set(gate, "/a", i);
        var then = _hub.Steps.GetUtcNow().UtcDateTime;
        _hub.Steps.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((6d, then), (_hub.Number("/a"), _hub.Get("/a")!.Time));
    }

    [Fact]
    public void In_the_long_run_no_more_than_the_rate_passes_and_no_key_goes_back()
    {
        using var gate = _hub.Gate();
        using var watch = _hub.Tree.Watch(new KeyFilter("/k"), Gatehouse.Tree.WatchMode.Every, 0, new Origin("test"));
        for (var i = 0; i < 1000; i++)
        {
            Set(gate, $"/k{i % 7}", i);
            _hub.Steps.Advance(TimeSpan.FromMilliseconds(10));
        }
        gate.Dispose();
        var seen = new Entry[2000];
        var count = watch.Read(seen, out _);
        Assert.InRange(count, 100, 5 + 100 + 7);
        foreach (var key in seen.Take(count).GroupBy(e => e.Key))
        {
            var numbers = key.Select(e => e.Value.TryGetInteger(out var number) ? number : -1).ToList();
            Assert.Equal(numbers.Order(), numbers);
            Assert.True(numbers[^1] >= 1000 - 7);
        }
    }

    [Fact]
    public void A_flood_is_counted_and_told_once_at_its_start_and_once_at_its_end()
    {
        using var gate = _hub.Gate();
        for (var i = 0; i < 300; i++)
        {
            Set(gate, "/a", i);
            _hub.Steps.Advance(TimeSpan.FromMilliseconds(20));
        }
        Assert.Equal((1, 0), (_hub.Log.Count(4001), _hub.Log.Count(4002)));
        var shown = _hub.Number("/hub/driver/lab/limited");
        Assert.InRange(shown, 1, 299);
        _hub.Steps.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal((1, 1), (_hub.Log.Count(4001), _hub.Log.Count(4002)));
        Assert.True(_hub.Number("/hub/driver/lab/limited") >= shown);
        Assert.Contains(_hub.Log.Lines, l => l.Level == LogLevel.Warning && l.Text.Contains("Driver lab", StringComparison.Ordinal));
        for (var i = 0; i < 20; i++) Set(gate, "/a", i);
        Assert.Equal(2, _hub.Log.Count(4001));
    }

    [Fact]
    public void A_calm_driver_is_never_limited()
    {
        using var gate = _hub.Gate();
        for (var i = 0; i < 100; i++)
        {
            Set(gate, "/a", i);
            Assert.Equal(i, _hub.Number("/a"));
            _hub.Steps.Advance(TimeSpan.FromMilliseconds(100));
        }
        Assert.Empty(_hub.Log.Lines);
        Assert.Equal(0, _hub.Number("/hub/driver/lab/limited"));
    }

    [Fact]
    public void A_batch_that_does_not_fit_waits_as_a_whole()
    {
        using var gate = _hub.Gate();
        Change[] batch = [.. Enumerable.Range(0, 4).Select(i => Change($"/b{i}", i))];
        gate.Set(batch);
        gate.Set(batch.Select(c => c with { Value = Value.From(9L) }).ToArray());
        Assert.Equal(3, _hub.Number("/b3"));
        Assert.Equal(0, _hub.Number("/b0"));
        _hub.Steps.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((9d, 9d), (_hub.Number("/b0"), _hub.Number("/b3")));
    }

    [Fact]
    public void Ending_sets_everything_that_is_held_back()
    {
        var gate = _hub.Gate();
        for (var i = 0; i < 50; i++) Set(gate, $"/k{i}", i);
        Assert.Null(_hub.Get("/k49"));
        gate.Dispose();
        gate.Dispose();
        for (var i = 0; i < 50; i++) Assert.Equal(i, _hub.Number($"/k{i}"));
        Assert.Equal((1, 45d), (_hub.Log.Count(4002), _hub.Number("/hub/driver/lab/limited")));
        Assert.Throws<ObjectDisposedException>(() => Set(gate, "/k1", 1));
    }

    [Fact]
    public void A_value_that_is_too_large_is_refused_at_once_also_in_a_flood()
    {
        using var gate = _hub.Gate();
        var large = new Change(_hub.Tree.Intern("/a"), Value.From(new string('x', Value.MaxSize + 1)));
        Assert.Throws<ValueTooLargeException>(() => gate.Set([large]));
        for (var i = 0; i < 10; i++) Set(gate, "/a", i);
        Assert.Throws<ValueTooLargeException>(() => gate.Set([large]));
        _hub.Steps.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(9, _hub.Number("/a"));
    }

    [Fact]
    public void Silence_ends_with_each_set_and_each_sign_of_life()
    {
        using var gate = _hub.Gate();
        _hub.Steps.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), gate.Silence);
        Set(gate, "/a", 1);
        Assert.Equal(TimeSpan.Zero, gate.Silence);
        _hub.Steps.Advance(TimeSpan.FromSeconds(2));
        gate.SignOfLife();
        Assert.Equal(TimeSpan.Zero, gate.Silence);
    }

    [Fact]
    public void By_default_ten_thousand_pass_at_once()
    {
        using var gate = new FloodGate(_hub.Tree, "lab", _hub.Time, _hub.Log);
        for (var i = 0; i < 10_000; i++) Set(gate, "/a", i);
        Assert.Empty(_hub.Log.Lines);
        Set(gate, "/a", -1);
        Assert.Equal(1, _hub.Log.Count(4001));
    }

    [Fact]
    public async Task Many_threads_lose_no_last_value()
    {
        using var gate = _hub.Gate(1000, 100);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(t => Task.Run(
            () =>
            {
                for (var i = 1; i <= 2000; i++) Set(gate, $"/t{t}", i);
            }, TestContext.Current.CancellationToken)));
        _hub.Steps.Advance(TimeSpan.FromSeconds(1));
        for (var t = 0; t < 4; t++) Assert.Equal(2000, _hub.Number($"/t{t}"));
    }

    public void Dispose() => _hub.Dispose();

    private Change Change(string key, long value) => new(_hub.Tree.Intern(key), Value.From(value));

    private void Set(FloodGate gate, string key, long value) => gate.Set([Change(key, value)]);
}
