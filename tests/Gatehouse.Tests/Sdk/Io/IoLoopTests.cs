using System.Net.Sockets;
using Gatehouse.Sdk.Io;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Io;

public sealed class IoLoopTests
{
    public static TheoryData<string> Pollers => LoopPairs.Pollers;

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task Work_of_many_threads_runs_once_each_in_the_order_of_its_thread(string poller)
    {
        const int Threads = 8;
        const int Each = 20_000;
        using var loop = LoopPairs.Loop(poller);
        var last = new int[Threads];
        var (count, disorder) = (0, 0);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var threads = Enumerable.Range(0, Threads).Select(t => Task.Run(() =>
        {
            for (var i = 1; i <= Each; i++)
            {
                var number = i;
                loop.Post(() =>
                {
                    if (++last[t] != number) disorder++;
                    if (++count == Threads * Each) done.SetResult();
                });
            }
        })).ToArray();
        await Task.WhenAll(threads).SoonAsync();
        await done.Task.SoonAsync();
        Assert.Equal((0, Threads * Each), (disorder, count));
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public void Work_can_be_posted_again_once_it_has_run_without_allocation(string poller)
    {
        using var loop = LoopPairs.Loop(poller);
        var work = new Counting();
        using var ran = new ManualResetEventSlim();
        work.Ran = ran;
        for (var i = 0; i < 100; i++)
        {
            ran.Reset();
            loop.Post(work);
            Assert.True(ran.Wait(LoopPairs.Patience, TestContext.Current.CancellationToken));
        }

        Assert.Equal(100, work.Count);
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public void What_the_loop_posts_itself_runs_in_the_next_round(string poller)
    {
        using var loop = LoopPairs.Loop(poller);
        var order = new List<string>();
        var end = new Ending(() => order.Add("round end"));
        loop.On(() =>
        {
            Assert.True(loop.IsOwnThread);
            loop.AtRoundEnd(end);
            loop.Post(() => order.Add("posted"));
            order.Add("first");
        });
        loop.Turn();
        Assert.Equal(["first", "round end", "posted"], order);
        Assert.False(loop.IsOwnThread);
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public void A_rounds_end_may_ask_for_another_one_in_the_same_round(string poller)
    {
        using var loop = LoopPairs.Loop(poller);
        var order = new List<int>();
        loop.On(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                var number = i;
                loop.AtRoundEnd(new Ending(() =>
                {
                    order.Add(number);
                    if (number < 100) loop.AtRoundEnd(new Ending(() => order.Add(number + 100)));
                }));
            }
        });
        loop.Turn();
        Assert.Equal(Enumerable.Range(0, 200), order);
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public void What_throws_is_told_and_the_loop_goes_on(string poller)
    {
        using var loop = LoopPairs.Loop(poller);
        var told = new List<string>();
        loop.Failed += error => told.Add(error.Message);
        var (near, far) = LoopPairs.Connected();
        using (near)
        using (far)
        {
            far.Send("a"u8);
            loop.On(() =>
            {
                long token = 0;
                token = loop.Register(near, new Handler(_ =>
                {
                    loop.Unregister(near, token);
                    throw new InvalidOperationException("handler");
                }), Interest.Read);
                loop.AtRoundEnd(new Ending(() => throw new InvalidOperationException("round end")));
                loop.StartTimer(TimeSpan.Zero, () => throw new InvalidOperationException("timer"));
            });
            loop.Post(() => throw new InvalidOperationException("work"));
            loop.Turn();
        }

        Assert.Equal(["handler", "round end", "timer", "work"], told.Order());
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public void A_socket_is_reported_as_long_as_it_is_ready_for_what_is_asked(string poller)
    {
        using var loop = LoopPairs.Loop(poller);
        var (near, far) = LoopPairs.Connected();
        using (near)
        using (far)
        {
            var seen = new List<Interest>();
            var handler = new Handler(seen.Add);
            var token = loop.On(() => loop.Register(near, handler, Interest.Read));
            loop.Turn();
            Assert.Empty(seen);
            loop.On(() => loop.Change(near, token, Interest.Read | Interest.Write));
            loop.Turn();
            loop.On(() => loop.Change(near, token, Interest.None));
            Assert.Contains(Interest.Write, seen);
            far.Send("a"u8);
            loop.On(seen.Clear);
            loop.Turn();
            Assert.Empty(seen);
            loop.On(() => loop.Change(near, token, Interest.Read));
            loop.Turn();
            loop.Turn();
            loop.On(() => loop.Unregister(near, token));
            Assert.True(seen.Count >= 2, "reported once only");
            Assert.All(seen, s => Assert.Equal(Interest.Read, s));
            loop.On(seen.Clear);
            loop.Turn();
            Assert.Empty(seen);
        }
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task An_event_of_a_socket_given_up_in_this_round_does_not_reach_its_successor(string poller)
    {
        using var loop = LoopPairs.Loop(poller);
        var pairs = Enumerable.Range(0, 20).Select(_ => LoopPairs.Connected()).ToList();
        var successor = LoopPairs.Connected();
        var tokens = new Dictionary<Socket, long>();
        var (calls, wrong) = (0, 0);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var (_, far) in pairs) far.Send("a"u8);
        loop.On(() =>
        {
            foreach (var (near, _) in pairs)
            {
                tokens[near] = loop.Register(near, new Handler(_ =>
                {
                    // All are ready at once. The first to run gives all up, and another socket gets their slots.
                    calls++;
                    foreach (var (other, token) in tokens) loop.Unregister(other, token);
                    var successorsToken = 0L;
                    successorsToken = loop.Register(successor.Near, new Handler(_ => wrong++), Interest.Read);
                    loop.Post(() =>
                    {
                        loop.Unregister(successor.Near, successorsToken);
                        done.SetResult();
                    });
                }), Interest.Read);
            }
        });
        await done.Task.SoonAsync();
        Assert.Equal((1, 0), (calls, wrong));
        foreach (var (near, far) in pairs.Append(successor))
        {
            near.Dispose();
            far.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task A_broken_connection_is_reported_though_nothing_is_asked_for(string poller)
    {
        using var loop = LoopPairs.Loop(poller);
        var (near, far) = LoopPairs.Connected();
        var seen = new TaskCompletionSource<Interest>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (near)
        {
            loop.On(() =>
            {
                long token = 0;
                token = loop.Register(near, new Handler(s =>
                {
                    loop.Unregister(near, token);
                    seen.SetResult(s);
                }), Interest.None);
            });
            far.LingerState = new LingerOption(true, 0);
            far.Dispose();
            Assert.True(((await seen.Task.SoonAsync()) & Interest.Failed) != 0);
        }
    }

    [Theory]
    [InlineData("epoll", 3000)]
    [InlineData("select", 400)]
    public async Task Thousands_of_sockets_are_each_heard(string poller, int count)
    {
        Assert.SkipUnless(poller != "epoll" || OperatingSystem.IsLinux(), "epoll is Linux's");
        using var loop = LoopPairs.Loop(poller);
        var pairs = Enumerable.Range(0, count).Select(_ => LoopPairs.Connected()).ToList();
        var left = count;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.On(() =>
        {
            foreach (var (near, _) in pairs)
            {
                long token = 0;
                token = loop.Register(near, new Handler(_ =>
                {
                    loop.Unregister(near, token);
                    if (--left == 0) done.SetResult();
                }), Interest.Read);
            }
        });
        foreach (var (_, far) in pairs) far.Send("a"u8);
        await done.Task.SoonAsync();
        foreach (var (near, far) in pairs)
        {
            near.Dispose();
            far.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task A_loop_ends_in_the_midst_of_work_after_what_was_posted(string poller)
    {
        var loop = LoopPairs.Loop(poller);
        var (ran, refused) = (0, 0);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var posting = Task.Run(() =>
        {
            var posted = 0;
            while (loop.Post(() => Interlocked.Increment(ref ran)))
            {
                if (++posted == 1000) started.SetResult();
            }

            refused++;
            return posted;
        });
        await started.Task.SoonAsync();
        loop.Dispose();
        Assert.Equal(await posting.SoonAsync(), ran);
        Assert.Equal(1, refused);
        Assert.False(loop.Post(() => { }));
        loop.Dispose();
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public void A_loop_cannot_be_disposed_by_itself(string poller)
    {
        using var loop = LoopPairs.Loop(poller);
        Assert.Throws<InvalidOperationException>(() => loop.On(loop.Dispose));
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public void Timers_fire_by_an_injected_clock_in_their_order(string poller)
    {
        var time = new ManualTime();
        using var loop = LoopPairs.Loop(poller, time);
        var fired = new List<(int Due, bool IsTime)>();
        loop.On(() =>
        {
            foreach (var due in (int[])[30, 10, 20, 10])
            {
                loop.StartTimer(TimeSpan.FromMilliseconds(due), () => fired.Add((due, loop.Now >= due)));
            }
        });
        time.Advance(TimeSpan.FromMilliseconds(9.5));
        loop.Turn();
        Assert.Empty(fired);
        time.Advance(TimeSpan.FromMilliseconds(1));
        loop.Turn();
        Assert.Equal([(10, true), (10, true)], fired);
        time.Advance(TimeSpan.FromSeconds(1));
        loop.Turn();
        Assert.Equal([(20, true), (30, true)], fired[2..]);
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task Moving_the_injected_clock_wakes_a_loop_that_waits(string poller)
    {
        var time = new ManualTime();
        using var loop = LoopPairs.Loop(poller, time);
        for (var i = 0; i < 20; i++)
        {
            var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.On(() => loop.StartTimer(TimeSpan.FromMinutes(1), fired.SetResult));
            time.Advance(TimeSpan.FromMinutes(1));
            await fired.Task.SoonAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task Timers_fire_by_the_systems_clock(string poller)
    {
        using var loop = LoopPairs.Loop(poller);
        var fired = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = loop.On(() =>
        {
            loop.StartTimer(TimeSpan.FromMilliseconds(30), () => fired.SetResult(loop.Now));
            return loop.Now;
        });
        Assert.InRange(await fired.Task.SoonAsync() - start, 30, 20_000);
    }

    [Fact]
    public void The_shared_loop_is_one_and_runs()
    {
        Assert.Same(IoLoop.Shared, IoLoop.Shared);
        Assert.True(IoLoop.Shared.On(() => IoLoop.Shared.IsOwnThread));
    }

    private sealed class Counting : IoWork
    {
        public int Count { get; private set; }

        public ManualResetEventSlim? Ran { get; set; }

        protected internal override void Run()
        {
            Count++;
            Ran?.Set();
        }
    }

    private sealed class Ending(Action action) : IRoundEnd
    {
        public void RoundEnd() => action();
    }
}
