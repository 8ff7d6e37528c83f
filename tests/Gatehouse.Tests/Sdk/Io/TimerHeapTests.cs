using Gatehouse.Sdk.Io;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Io;

public sealed class TimerHeapTests
{
    [Fact]
    public void Timers_come_out_by_time_and_then_by_start_whatever_is_cancelled_between()
    {
        using var loop = new IoLoop("test", new ManualTime());
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var heap = new TimerHeap();
            var running = new List<IoTimer>();
            for (var i = 0; i < 200; i++)
            {
                if (running.Count > 0 && random.Next(3) == 0)
                {
                    var gone = running[random.Next(running.Count)];
                    running.Remove(gone);
                    heap.Remove(gone);
                    Assert.False(gone.IsRunning);
                    heap.Remove(gone);
                }

                var timer = new IoTimer(loop, () => { });
                heap.Add(timer, random.Next(50));
                Assert.True(timer.IsRunning);
                running.Add(timer);
                Assert.Equal(running.Count, heap.Count);
            }

            var expected = running.OrderBy(t => t.Due).ThenBy(t => t.Order).ToList();
            Assert.Equal(expected[0].Due, heap.Due);
            Assert.Null(heap.TakeDue(expected[0].Due - 1));
            Assert.All(expected, t => Assert.Same(t, heap.TakeDue(49)));
            Assert.Equal((0, long.MaxValue), (heap.Count, heap.Due));
        }
    }

    [Fact]
    public void A_timer_is_cancelled_and_restarted_also_by_what_it_fires()
    {
        var time = new ManualTime();
        using var loop = new IoLoop("test", time);
        var fired = new List<string>();
        var cancelled = loop.On(() => loop.StartTimer(TimeSpan.FromSeconds(1), () => fired.Add("cancelled")));
        var later = loop.On(() => loop.StartTimer(TimeSpan.FromSeconds(1), () => fired.Add("later")));
        IoTimer? again = null;
        loop.On(() => again = loop.StartTimer(TimeSpan.FromSeconds(1), () =>
        {
            fired.Add("again");
            again!.Restart(TimeSpan.FromSeconds(1));
        }));
        loop.On(cancelled.Cancel);
        loop.On(() => later.Restart(TimeSpan.FromSeconds(3)));
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            loop.Turn();
        }

        Assert.Equal(["again", "again", "later", "again"], fired);
        Assert.False(later.IsRunning);
    }
}
