using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Tree;

public sealed class WatchTests
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public void Latest_passes_on_the_newest_of_each_key()
    {
        using var tree = Trees.New();
        using var watch = tree.Watch(KeyFilter.All, WatchMode.Latest, 100, Trees.Tester);
        for (var i = 0; i < 10; i++) tree.Set("/a", i);
        tree.Set("/b", 1);
        Assert.Equal([("/a", 9), ("/b", 1)], watch.ReadAll(out _).Select(e => (e.Key.Text, Number(e))));
    }

    [Fact]
    public void Events_are_never_left_out()
    {
        using var tree = Trees.New();
        using var watch = tree.Watch(KeyFilter.All, WatchMode.Latest, 100, Trees.Tester);
        for (var i = 0; i < 10; i++) tree.Set("/event/door/rang", i);
        Assert.Equal(Enumerable.Range(0, 10), watch.ReadAll(out _).Select(Number));
    }

    [Fact]
    public void An_overtaken_latest_watch_gets_the_newest_of_all_and_hears_of_lost_events()
    {
        using var tree = Trees.New(ringSize: 8);
        using var watch = tree.Watch(KeyFilter.All, WatchMode.Latest, 100, Trees.Tester);
        using var blind = tree.Watch(new KeyFilter("/a"), WatchMode.Latest, 100, Trees.Tester);
        tree.Set("/event/door/rang", 1);
        for (var i = 0; i < 30; i++) tree.Set($"/a/{i % 5}", i);
        var read = watch.ReadAll(out var gap);
        Assert.Equal([(0, 25), (1, 26), (2, 27), (3, 28), (4, 29)], read.Select(e => (e.Key.Text[^1] - '0', Number(e))).Order());
        Assert.Equal(101, gap.From);
        Assert.Equal(5, blind.ReadAll(out gap).Count);
        Assert.Equal(0, gap.Count);
    }

    [Fact]
    public void An_overtaken_every_watch_counts_what_it_lost()
    {
        using var tree = Trees.New(ringSize: 8);
        using var watch = tree.Watch(KeyFilter.All, WatchMode.Every, 100, Trees.Tester);
        for (var i = 0; i < 20; i++) tree.Set("/a", i);
        var read = watch.ReadAll(out var gap);
        Assert.Equal(new Gap(101, 112), gap);
        Assert.Equal(Enumerable.Range(12, 8), read.Select(Number));
        Assert.Equal(1, tree.Instruments.Overruns);
    }

    [Fact]
    public void Large_values_make_the_ring_forget_earlier_rather_than_fill_the_memory()
    {
        using var tree = Trees.New(ringSize: 1 << 14);
        using var every = tree.Watch(KeyFilter.All, WatchMode.Every, 100, Trees.Tester);
        using var latest = tree.Watch(KeyFilter.All, WatchMode.Latest, 100, Trees.Tester);
        var text = new string('x', 60_000);
        for (var i = 0; i < 2000; i++) tree.Set($"/camera/{i % 50}", text);
        var read = every.ReadAll(out var gap);
        Assert.Equal(2000, gap.Count + read.Count);
        Assert.InRange(read.Count, 1, (int)(ChangeRing.MaxBytes / (text.Length * sizeof(char))));
        Assert.Equal(50, latest.ReadAll(out gap).Select(e => e.Key).Distinct().Count());
        Assert.Equal(0, gap.Count);
    }

    [Fact]
    public async Task Waiting_ends_when_something_selected_changes()
    {
        using var tree = Trees.New();
        using var watch = tree.Watch(new KeyFilter("/mine"), WatchMode.Every, 100, Trees.Tester);
        var waiting = watch.WaitAsync(_stop).AsTask();
        tree.Set("/yours", 1);
        Assert.False(waiting.IsCompleted);
        tree.Set("/mine", 1);
        await waiting;
        Assert.Single(watch.ReadAll(out _));
    }

    [Fact]
    public async Task What_was_set_before_waiting_ends_it_at_once()
    {
        using var tree = Trees.New();
        using var watch = tree.Watch(KeyFilter.All, WatchMode.Every, 100, Trees.Tester);
        tree.Set("/a", 1);
        var waiting = watch.WaitAsync(_stop).AsTask();
        Assert.True(waiting.IsCompletedSuccessfully);
        await waiting;
    }

    [Fact]
    public async Task Waiting_ends_with_the_token_and_with_the_watch()
    {
        using var tree = Trees.New();
        var watch = tree.Watch(KeyFilter.All, WatchMode.Every, 100, Trees.Tester);
        using var stop = new CancellationTokenSource();
        var waiting = watch.WaitAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        waiting = watch.WaitAsync(_stop).AsTask();
        watch.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, tree.Instruments.Watches);
    }

    [Fact]
    public async Task A_loop_of_its_own_is_woken_once_until_it_asks_again()
    {
        using var tree = Trees.New();
        using var watch = tree.Watch(KeyFilter.All, WatchMode.Every, 100, Trees.Tester);
        using var woken = new SemaphoreSlim(0);
        watch.WakeBy(() => woken.Release());
        tree.Set("/a", 1);
        await woken.WaitAsync(_stop);
        tree.Set("/a", 2);
        Assert.Equal(2, watch.ReadAll(out _).Count);
        Assert.Equal(0, woken.CurrentCount);
        watch.Rearm();
        tree.Set("/a", 3);
        await woken.WaitAsync(_stop);
    }

    [Fact]
    public async Task No_wake_up_is_lost_between_many_writers_and_many_waiters()
    {
        const int Changes = 2000, Waiters = 20;
        using var tree = Trees.New(ringSize: 1 << 14);
        var waiters = Enumerable.Range(0, Waiters).Select(_ => Task.Run(async () =>
        {
            using var watch = tree.Watch(KeyFilter.All, WatchMode.Every, 100, Trees.Tester);
            var entries = new Entry[7];
            for (var seen = 0; seen < Changes;)
            {
                await watch.WaitAsync(_stop);
                seen += watch.Read(entries, out var _);
            }
        }, _stop)).ToList();
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < Changes / 4; i++)
            {
                tree.Set($"/w/{w}", i);
                if (i % 16 == 0) await Task.Yield();
            }
        }, _stop));
        await Task.WhenAll(writers);
        await Task.WhenAll(waiters).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, _stop);
    }

    /// <summary>One waits, one answers at any instant, also while the first is about to wait: one lost wake-up ends it.</summary>
    [Fact]
    public async Task An_answer_at_the_very_instant_of_waiting_wakes()
    {
        const int Rounds = 50_000;
        using var tree = Trees.New();
        using var question = tree.Watch(new KeyFilter("/question"), WatchMode.Latest, 100, Trees.Tester);
        var answering = new Thread(() =>
        {
            var entries = new Entry[4];
            var random = new Random(7);
            for (var round = 0; round < Rounds && !_stop.IsCancellationRequested; round++)
            {
                while (question.Read(entries, out _) == 0 && !_stop.IsCancellationRequested) Thread.SpinWait(1);
                Thread.SpinWait(random.Next(60));
                tree.Set("/answer", round);
            }
        });
        answering.IsBackground = true;
        answering.Start();
        var reached = 0;
        var asking = Task.Run(async () =>
        {
            using var answer = tree.Watch(new KeyFilter("/answer"), WatchMode.Latest, 100, Trees.Tester);
            var entries = new Entry[4];
            for (var round = 0; round < Rounds; round++)
            {
                Volatile.Write(ref reached, round);
                tree.Set("/question", round);
                while (answer.Read(entries, out _) == 0) await answer.WaitAsync(_stop);
            }
        }, _stop);
        // A busy machine makes it slow, a lost wake-up ends it: so what counts is that it goes on.
        for (var before = -1; await Task.WhenAny(asking, Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, _stop)) != asking;)
        {
            Assert.True(Volatile.Read(ref reached) > before, $"Nobody was woken after round {before}.");
            before = reached;
        }
        await asking;
        answering.Join();
    }

    /// <summary>News of which a round of waking, already under way, does not know that somebody waits for it now.</summary>
    [Fact]
    public async Task Who_begins_to_wait_while_others_are_woken_is_woken_too()
    {
        using var tree = Trees.New();
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using var first = tree.Watch(new KeyFilter("/a"), WatchMode.Latest, 100, Trees.Tester);
        first.WakeBy(() =>
        {
            begun.Set();
            goOn.Wait(_stop);
        });
        tree.Set("/a", 1);
        begun.Wait(_stop);
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var second = tree.Watch(new KeyFilter("/a"), WatchMode.Latest, 100, Trees.Tester);
        second.WakeBy(woken.SetResult);
        goOn.Set();
        await woken.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, _stop);
    }

    private static int Number(Entry entry) =>
        entry.Value.TryGetInteger(out var number) ? (int)number : throw new InvalidOperationException(entry.ToString());
}
