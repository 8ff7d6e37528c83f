using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Services;

public sealed class ServiceDirectoryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly ManualTime _time = new();
    private readonly ServiceDirectory _services;

    public ServiceDirectoryTests() => _services = new ServiceDirectory(_time, AllowAll.Instance);

    [Fact]
    public async Task An_inline_service_answers_at_once()
    {
        using var _ = Offer("echo", call => Reply.Ok(call.Frames));
        var reply = await CallAsync("echo", Frames.Of("a", "", "ü"));
        Assert.Equal((CallStatus.Ok, 3), (reply.Status, reply.Frames.Count));
        Assert.Equal(["a", "", "ü"], Enumerable.Range(0, 3).Select(reply.Frames.Text));
        Assert.Equal(0, _time.Waiting);
    }

    [Fact]
    public async Task A_name_never_offered_does_not_exist_and_one_that_went_is_busy()
    {
        Assert.Equal(CallStatus.NoSuchService, (await CallAsync("echo")).Status);
        Offer("echo", _ => Reply.Ok(default)).Dispose();
        Assert.Equal(CallStatus.Busy, (await CallAsync("echo")).Status);
    }

    [Fact]
    public async Task The_exact_name_goes_before_the_longest_prefix()
    {
        using var a = Offer("robot.", _ => Reply.Ok(Frames.Of("robot.")));
        using var b = Offer("robot.arm.", _ => Reply.Ok(Frames.Of("robot.arm.")));
        using var c = Offer("robot.arm.grip", _ => Reply.Ok(Frames.Of("robot.arm.grip")));
        Assert.Equal("robot.arm.grip", (await CallAsync("robot.arm.grip")).Frames.Text(0));
        Assert.Equal("robot.arm.", (await CallAsync("robot.arm.lift.high")).Frames.Text(0));
        Assert.Equal("robot.", (await CallAsync("robot.leg")).Frames.Text(0));
        Assert.Equal(CallStatus.NoSuchService, (await CallAsync("robot.")).Status);
        Assert.Equal(CallStatus.NoSuchService, (await CallAsync("robots")).Status);
        Assert.Equal("robot.arm.", _services.Find("robot.arm.lift.high")!.Name.Text);
        Assert.Equal("robot.arm.grip", _services.Find("robot.arm.grip")!.Name.Text);
        Assert.All(["robot.", "robots", ".", "", "robot"], name => Assert.Null(_services.Find(name)));
    }

    [Fact]
    public async Task Calls_are_counted_by_service_and_those_that_took_time_are_timed()
    {
        using var echo = Offer("echo", call => call.Frames.Count == 0 ? Reply.Failed("no frame") : Reply.Ok(call.Frames));
        var collector = new Collector();
        using var slow = _services.Offer(ServiceName.Parse("slow."), collector, Info);
        await CallAsync("echo", Frames.Of("a"));
        await CallAsync("echo");
        foreach (var seconds in (double[])[1, 2])
        {
            var calling = CallAsync("slow.one").AsTask();
            _time.Advance(TimeSpan.FromSeconds(seconds));
            collector.Calls[^1].Complete(Reply.Ok(default));
            await calling;
        }
        var late = CallAsync("slow.two").AsTask();
        _time.Advance(Deadline);
        Assert.Equal(CallStatus.Timeout, (await late).Status);
        await CallAsync("nobody");

        var (counted, family) = (_services.List()[0].Tally, _services.List()[1].Tally);
        Assert.Equal((2, 1, null), (counted.Calls, counted.Failures, counted.MeanTime));
        Assert.Equal((3, 1), (family.Calls, family.Failures));
        Assert.Equal((1 + 2 + Deadline.TotalSeconds) / 3, family.MeanTime!.Value.TotalSeconds, 6);
        Assert.Equal((6, 1), (_services.Instruments.Calls, _services.Instruments.Of(CallStatus.NoSuchService)));
    }

    [Fact]
    public async Task Who_comes_back_counts_on()
    {
        using (Offer("echo", call => Reply.Ok(call.Frames))) await CallAsync("echo");
        using var again = Offer("echo", call => Reply.Ok(call.Frames));
        await CallAsync("echo");
        Assert.Equal((2, 2), (_services.List()[0].Tally.Calls, _services.Instruments.Calls));
    }

    [Fact]
    public void A_name_is_offered_by_one_owner_at_a_time()
    {
        using (Offer("echo", _ => default))
        {
            Assert.Contains("test", Assert.Throws<NameTakenException>(() => Offer("echo", _ => default)).Message, StringComparison.Ordinal);
        }
        using var again = Offer("echo", _ => default);
        Assert.Equal(["echo"], _services.List().Select(o => o.Name.Text));
    }

    [Fact]
    public async Task A_call_without_an_answer_ends_at_its_deadline_and_the_late_answer_is_counted()
    {
        var owner = new Collector();
        using var _ = _services.Offer(ServiceName.Parse("slow"), owner, Info);
        var calling = CallAsync("slow").AsTask();
        _time.Advance(Deadline - TimeSpan.FromTicks(1));
        Assert.False(calling.IsCompleted);
        var call = Assert.Single(owner.Calls);
        Assert.False(call.Abandoned.IsCancellationRequested);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(CallStatus.Timeout, (await calling).Status);
        Assert.True(call.Abandoned.IsCancellationRequested);
        Assert.False(call.Complete(Reply.Ok(default)));
        Assert.Equal(1, _services.Instruments.LateReplies);
    }

    [Fact]
    public async Task Giving_up_ends_the_call()
    {
        var owner = new Collector();
        using var _ = _services.Offer(ServiceName.Parse("slow"), owner, Info);
        using var stop = new CancellationTokenSource();
        var calling = _services.CallAsync("slow", default, Deadline, Trees.Tester, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        Assert.True(owner.Calls[0].HasEnded);
        Assert.Equal(0, _time.Waiting);
    }

    [Fact]
    public async Task An_owner_that_throws_is_answered_for()
    {
        using var _ = Offer("bad", _ => throw new IOException("cable out"));
        var reply = await CallAsync("bad");
        Assert.Equal((CallStatus.Failed, "test failed: cable out"), (reply.Status, reply.Reason));
    }

    [Fact]
    public async Task A_handler_may_wait_and_more_calls_than_it_takes_are_told_so()
    {
        var gate = new TaskCompletionSource();
        var owner = new HandlerOwner("slow", async (call, _) =>
        {
            await gate.Task;
            return call.Frames.Count == 0 ? throw new IOException("cable out") : Reply.Ok(call.Frames);
        }, limit: 2);
        using var _ = _services.Offer(ServiceName.Parse("slow"), owner, Info);
        var good = CallAsync("slow", Frames.Of("x")).AsTask();
        var bad = CallAsync("slow").AsTask();
        Assert.Equal(CallStatus.Busy, (await CallAsync("slow")).Status);
        gate.SetResult();
        Assert.Equal(CallStatus.Ok, (await good).Status);
        Assert.Equal("slow failed: cable out", (await bad).Reason);
    }

    [Fact]
    public async Task Who_may_not_call_is_told_so()
    {
        var services = new ServiceDirectory(_time, new Nobody());
        Assert.Equal(CallStatus.Forbidden, (await services.CallAsync("any", default, Deadline, Trees.Tester, _stop)).Status);
        Assert.Equal(1, services.Instruments.Of(CallStatus.Forbidden));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100_000_000)]
    public async Task A_deadline_is_more_than_nothing_and_at_most_a_day(double seconds) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await _services.CallAsync("any", default, TimeSpan.FromSeconds(seconds), Trees.Tester, _stop));

    /// <summary>Owner, deadline and caller race to end each call: one of them wins, and every call is counted once.</summary>
    [Fact]
    public async Task Every_call_ends_exactly_once_whoever_races()
    {
        const int Calls = 3000;
        var services = new ServiceDirectory(TimeProvider.System, AllowAll.Instance);
        var completions = 0;
        var owner = new RacingOwner();
        using var _ = services.Offer(ServiceName.Parse("race"), owner, Info);
        var random = new Random(5);
        var ends = new List<Task>();
        for (var i = 0; i < Calls; i++)
        {
            var stop = new CancellationTokenSource();
            var deadline = TimeSpan.FromMilliseconds(random.Next(1, 4));
            var call = services.CallAsync("race", Frames.Of("x"), deadline, Trees.Tester, stop.Token).AsTask();
            if (i % 3 == 0) ends.Add(Task.Run(stop.Cancel, _stop));
            ends.Add(call.ContinueWith(
                _ => Interlocked.Increment(ref completions), _stop, TaskContinuationOptions.None, TaskScheduler.Default));
        }
        await Task.WhenAll(ends).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, _stop);
        await owner.Done.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, _stop);
        Assert.Equal(Calls, completions);
        Assert.Equal(Calls, services.Instruments.Calls);
        Assert.Equal(owner.Won, services.Instruments.Of(CallStatus.Ok));
        Assert.True(services.Instruments.LateReplies >= (Calls * 2) - owner.Won, "Each call was answered twice.");
    }

    /// <summary>Two threads meet at each call and answer it at the same instant.</summary>
    [Fact]
    public void Of_two_answers_at_the_same_instant_one_wins()
    {
        const int Calls = 20_000;
        var calls = Enumerable.Range(0, Calls).Select(_ => new CountedCall()).ToArray();
        var won = new int[2];
        var threads = Enumerable.Range(0, 2).Select(side => new Thread(() =>
        {
            foreach (var call in calls)
            {
                call.Meet();
                if (call.Complete(Reply.Ok(default))) won[side]++;
            }
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(Calls, won.Sum());
        Assert.All(calls, call => Assert.Equal(1, call.Endings));
    }

    private static ServiceInfo Info => new() { Summary = "For tests." };

    private IDisposable Offer(string name, Func<Call, Reply> answer) =>
        _services.Offer(ServiceName.Parse(name), new InlineOwner("test", answer), Info);

    private ValueTask<Reply> CallAsync(string name, Frames frames = default) =>
        _services.CallAsync(name, frames, Deadline, Trees.Tester, _stop);

    private sealed class Collector : IServiceOwner
    {
        public string Name => "collector";

        public List<Call> Calls { get; } = [];

        public void Accept(Call call) => Calls.Add(call);
    }

    private sealed class CountedCall() : Call("counted", default, ServiceDirectoryTests.Deadline, Trees.Tester)
    {
        private int _arrived;

        public int Endings { get; private set; }

        /// <summary>Returns when both threads are here.</summary>
        public void Meet()
        {
            Interlocked.Increment(ref _arrived);
            while (Volatile.Read(ref _arrived) < 2) Thread.SpinWait(1);
        }

        protected override void OnEnded(in Reply reply) => Endings++;
    }

    private sealed class Nobody : IAccess
    {
        public bool MayRead(Origin reader, Key key) => false;

        public bool MayWrite(Origin writer, Key key) => false;

        public bool MayCall(Origin caller, string service) => false;
    }

    /// <summary>Answers each call twice, from two pool threads.</summary>
    private sealed class RacingOwner : IServiceOwner
    {
        private readonly TaskCompletionSource _done = new();
        private int _answers;
        private int _won;

        public string Name => "racer";

        public int Won => _won;

        public Task Done => _done.Task;

        public void Accept(Call call)
        {
            for (var i = 0; i < 2; i++) ThreadPool.QueueUserWorkItem(_ => Answer(call));
        }

        private void Answer(Call call)
        {
            Thread.SpinWait(call.GetHashCode() % 20_000);
            if (call.Complete(Reply.Ok(call.Frames))) Interlocked.Increment(ref _won);
            if (Interlocked.Increment(ref _answers) == 6000) _done.SetResult();
        }
    }
}
