using Gatehouse.Requests;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Tests.Requests;

/// <summary>The way of a request through the queue.</summary>
public sealed class RequestQueueTests
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_kept_delivered_answered_and_closed()
    {
        await using var fixture = await RequestFixture.StartAsync();
        using var target = fixture.Offer("lab.scale");
        var ended = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Queue.Ended += ended.SetResult;
        var id = await fixture.AcceptAsync("lab.scale", "weigh", "");
        var call = await target.TakeAsync();
        Assert.Equal((id, 1, false, 2, "weigh"), (call.RequestId, call.Attempt, call.MayRepeat, call.Frames.Count, call.Frames.Text(0)));
        Assert.Equal(("requests", "test"), (call.Origin.Connector, call.Origin.Peer));
        Assert.Equal((RequestState.Pending, 1), (fixture.Queue.Find(id)!.State, fixture.Queue.Find(id)!.Attempts));
        call.Complete(Reply.Ok(Frames.Of("5", "kg")));
        Assert.Equal(id, await ended.Task);
        var found = fixture.Queue.Find(id.ToUpperInvariant())!;
        Assert.Equal(
            (id, "lab.scale", RequestState.Answered, 1, 2, "kg", "test"),
            (found.Id, found.Service, found.State, found.Attempts, found.Answer.Count, found.Answer.Text(1), found.Peer));
        Assert.Equal(("weigh", ""), (found.Frames.Text(0), found.Frames.Text(1)));
        Assert.Equal((fixture.Time.GetUtcNow(), fixture.Time.GetUtcNow()), (found.Accepted, found.Ended));
        Assert.True(await fixture.Queue.CloseAsync(id, Stop));
        Assert.False(await fixture.Queue.CloseAsync(id, Stop));
        Assert.Null(fixture.Queue.Find(id));
        var counted = fixture.Queue.Instruments;
        Assert.Equal((1, 1, 1, 0), (counted.Accepted, counted.Answered, counted.Closed, counted.Pending));
    }

    [Fact]
    public async Task A_request_for_nobody_waits_until_somebody_comes_and_uses_no_try_up()
    {
        await using var fixture = await RequestFixture.StartAsync(new RequestOptions { Tries = 1 });
        var (first, second) = (await fixture.AcceptAsync("lab.scale", "1"), await fixture.AcceptAsync("lab.arm.grip", "2"));
        fixture.Time.Advance(TimeSpan.FromDays(1));
        using var scale = fixture.Offer("lab.scale");
        Assert.Equal((first, 1), ((await scale.TakeAsync()).RequestId, fixture.Queue.Find(first)!.Attempts));
        using var family = fixture.Offer("lab.arm.");
        Assert.Equal(second, (await family.TakeAsync()).RequestId);
    }

    [Fact]
    public async Task Who_goes_is_waited_for_and_who_is_busy_is_asked_again()
    {
        await using var fixture = await RequestFixture.StartAsync(new RequestOptions { Tries = 1 });
        var id = await fixture.AcceptAsync("lab.scale", "1");
        using (var gone = fixture.Offer("lab.scale")) (await gone.TakeAsync()).Complete(Reply.NoSuchService("lab.scale"));
        // It was offered still when that came, so it was tried again; what matters is that no try was used up.
        using var target = fixture.Offer("lab.scale");
        var call = await target.TakeAsync();
        Assert.Equal(1, call.Attempt);
        call.Complete(Reply.Busy("full"));
        Assert.False(target.TryTake(out _));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        call = await target.TakeAsync();
        Assert.Equal((id, 1), (call.RequestId, call.Attempt));
        call.Complete(Reply.Ok(Frames.None));
        Assert.Equal((RequestState.Answered, 0), ((await fixture.EndAsync(id)).State, fixture.Queue.Find(id)!.Answer.Count));
    }

    [Fact]
    public async Task A_delivery_that_fails_is_repeated_with_a_greater_attempt_until_the_tries_are_used_up()
    {
        await using var fixture = await RequestFixture.StartAsync(new RequestOptions { Tries = 3 });
        using var target = fixture.Offer("lab.scale");
        var id = await fixture.AcceptAsync("lab.scale", "1");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var call = await target.TakeAsync();
            Assert.Equal((id, attempt), (call.RequestId, call.Attempt));
            if (attempt == 2) fixture.Time.Advance(TimeSpan.FromMinutes(10));
            else call.Complete(Reply.Failed($"broken {attempt}"));
            if (attempt == 3) break;
            while (fixture.Queue.Instruments.Retried < attempt) await Task.Yield();
            Assert.Contains(attempt == 1 ? "broken 1" : "did not answer", fixture.Queue.Find(id)!.Reason);
            fixture.Time.Advance(TimeSpan.FromSeconds(attempt * 2));
        }
        var found = await fixture.EndAsync(id);
        Assert.Equal((RequestState.Failed, 3, "broken 3"), (found.State, found.Attempts, found.Reason));
        Assert.Equal(1, fixture.Log.Count(11002));
    }

    [Fact]
    public async Task What_is_forbidden_fails_at_once()
    {
        await using var fixture = await RequestFixture.StartAsync();
        using var target = fixture.Offer("lab.scale");
        var id = await fixture.AcceptAsync("lab.scale", "1");
        (await target.TakeAsync()).Complete(Reply.Forbidden("lab.scale"));
        Assert.Equal((RequestState.Failed, 1), ((await fixture.EndAsync(id)).State, fixture.Queue.Find(id)!.Attempts));
    }

    [Fact]
    public async Task After_a_restart_all_is_there_and_attempts_go_on()
    {
        await using var fixture = await RequestFixture.StartAsync(new RequestOptions { PerTarget = 2 });
        var ids = new List<string>();
        for (var i = 0; i < 10; i++) ids.Add(await fixture.AcceptAsync("lab.scale", $"{i}"));
        using (var target = fixture.Offer("lab.scale"))
        {
            (await target.TakeAsync()).Complete(Reply.Ok(Frames.Of("done")));
            (await target.TakeAsync()).Complete(Reply.Failed("no"));
            await fixture.EndAsync(ids[0]);
            while (fixture.Queue.Instruments.Retried < 1) await Task.Yield();
        }
        await fixture.RestartAsync();
        Assert.Equal(9, fixture.Queue.Instruments.Pending);
        Assert.Equal((RequestState.Answered, "done"), (fixture.Queue.Find(ids[0])!.State, fixture.Queue.Find(ids[0])!.Answer.Text(0)));
        var last = await fixture.AcceptAsync("lab.scale", "10");
        using var again = fixture.Offer("lab.scale");
        var seen = new Dictionary<string, (string, int)>();
        for (var i = 1; i <= 10; i++)
        {
            var call = await again.TakeAsync();
            seen.Add(call.Frames.Text(0), (call.RequestId!, call.Attempt));
            call.Complete(Reply.Ok(call.Frames));
        }
        for (var i = 1; i < 10; i++) Assert.Equal((ids[i], i == 1 ? 3 : 2), seen[$"{i}"]);
        Assert.Equal((last, 1), seen["10"]);
        var ended = await fixture.EndAsync(last);
        Assert.Equal((RequestState.Answered, 1, "10"), (ended.State, ended.Attempts, ended.Answer.Text(0)));
    }

    [Fact]
    public async Task An_id_of_the_callers_own_makes_a_request_once()
    {
        await using var fixture = await RequestFixture.StartAsync();
        using var target = fixture.Offer("lab.scale");
        var request = new NewRequest("order-7", "lab.scale", Frames.Of("x"), "test");
        var told = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fixture.Queue.AcceptAsync(request, Stop)));
        Assert.Equal(1, told.Count(t => t.Status == AcceptStatus.Accepted));
        Assert.All(told, t => Assert.Equal((true, "order-7"), (t.IsKept, t.Id)));
        Assert.Equal(AcceptStatus.Conflict, (await fixture.Queue.AcceptAsync(request with { Frames = Frames.Of("y") }, Stop)).Status);
        Assert.Equal(AcceptStatus.Conflict, (await fixture.Queue.AcceptAsync(request with { Service = "lab.b" }, Stop)).Status);
        var hex = request with { Id = "ABCDEF0123456789ABCDEF0123456789" };
        Assert.Equal(hex.Id!.ToLowerInvariant(), (await fixture.Queue.AcceptAsync(hex, Stop)).Id);
        Assert.Equal(AcceptStatus.Known, (await fixture.Queue.AcceptAsync(hex with { Id = hex.Id.ToLowerInvariant() }, Stop)).Status);
        await fixture.RestartAsync();
        Assert.Equal(AcceptStatus.Known, (await fixture.Queue.AcceptAsync(request, Stop)).Status);
        Assert.Equal(RequestState.Pending, fixture.Queue.Find("order-7")!.State);
        Assert.True(await fixture.Queue.CloseAsync("order-7", Stop));
        Assert.Equal(AcceptStatus.Accepted, (await fixture.Queue.AcceptAsync(request, Stop)).Status);
        // An id that the hub made is as good as any.
        var own = await fixture.AcceptAsync("lab.b", "z");
        var again = new NewRequest(own, "lab.b", Frames.Of("z"), "test");
        Assert.Equal((AcceptStatus.Known, own), await StatusAsync(again));
        Assert.Equal((AcceptStatus.Conflict, own), await StatusAsync(again with { Frames = Frames.None }));

        async Task<(AcceptStatus, string)> StatusAsync(NewRequest one)
        {
            var answer = await fixture.Queue.AcceptAsync(one, Stop);
            return (answer.Status, answer.Id);
        }
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("a.", null)]
    [InlineData("a\nb", null)]
    [InlineData("a", "")]
    [InlineData("a", "a b")]
    [InlineData("a", "../x")]
    [InlineData("a", "a/x")]
    [InlineData("a", "grün")]
    public async Task What_makes_no_sense_is_refused_in_words(string service, string? id)
    {
        await using var fixture = new RequestFixture();
        var told = await fixture.Queue.AcceptAsync(new NewRequest(id, service, Frames.None, ""), Stop);
        Assert.Equal((AcceptStatus.Invalid, "", false), (told.Status, told.Id, string.IsNullOrEmpty(told.Reason)));
    }

    [Fact]
    public async Task Limits_refuse_what_is_too_much()
    {
        await using var fixture = await RequestFixture.StartAsync(new RequestOptions { MaxPending = 3, MaxTargets = 2, MaxMessage = 1024 });
        var long1 = await fixture.Queue.AcceptAsync(new NewRequest(null, "a", Frames.Of(new byte[1025]), ""), Stop);
        Assert.Equal((AcceptStatus.Invalid, true), (long1.Status, long1.Reason!.Contains("1024", StringComparison.Ordinal)));
        var id = await fixture.AcceptAsync("a");
        var named = new NewRequest("mine", "b", Frames.None, "");
        Assert.Equal(AcceptStatus.Accepted, (await fixture.Queue.AcceptAsync(named, Stop)).Status);
        var third = await fixture.Queue.AcceptAsync(new NewRequest(null, "c", Frames.None, ""), Stop);
        Assert.Equal((AcceptStatus.Full, true), (third.Status, third.Reason!.Contains("2 different", StringComparison.Ordinal)));
        await fixture.AcceptAsync("b");
        Assert.Equal(AcceptStatus.Full, (await fixture.Queue.AcceptAsync(new NewRequest(null, "a", Frames.None, ""), Stop)).Status);
        // One that is there already is no further one.
        Assert.Equal(AcceptStatus.Known, (await fixture.Queue.AcceptAsync(named, Stop)).Status);
        Assert.Equal(AcceptStatus.Full, (await fixture.Queue.AcceptAsync(named with { Id = "other" }, Stop)).Status);
        Assert.Equal(3, fixture.Queue.Instruments.Refused);
        Assert.True(await fixture.Queue.CloseAsync(id, Stop));
        await fixture.AcceptAsync("b");
        using var target = fixture.Offer("b");
        var call = await target.TakeAsync();
        call.Complete(Reply.Ok(Frames.Of(new byte[1025])));
        var failed = await fixture.EndAsync(call.RequestId!);
        Assert.Equal((RequestState.Failed, true), (failed.State, failed.Reason!.Contains("1024", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Waiting_ends_with_the_answer_with_the_close_or_with_the_patience()
    {
        await using var fixture = await RequestFixture.StartAsync();
        var id = await fixture.AcceptAsync("a");
        Assert.Null(await fixture.Queue.WaitAsync("no-such", Long, Stop));
        Assert.Equal(RequestState.Pending, (await fixture.Queue.WaitAsync(id, TimeSpan.Zero, Stop))!.State);
        var patience = fixture.Queue.WaitAsync(id, TimeSpan.FromSeconds(5), Stop);
        Assert.False(patience.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(RequestState.Pending, (await patience)!.State);
        using (var giveUp = new CancellationTokenSource())
        {
            var givenUp = fixture.Queue.WaitAsync(id, Long, giveUp.Token);
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        }
        var waiting = new[] { fixture.Queue.WaitAsync(id, Long, Stop), fixture.Queue.WaitAsync(id.ToUpperInvariant(), Long, Stop) };
        using var target = fixture.Offer("a");
        (await target.TakeAsync()).Complete(Reply.Ok(Frames.Of("x")));
        foreach (var one in waiting) Assert.Equal("x", (await one)!.Answer.Text(0));
        var other = await fixture.AcceptAsync("b");
        var closing = fixture.Queue.WaitAsync(other, Long, Stop);
        await fixture.Queue.CloseAsync(other, Stop);
        Assert.Null(await closing);
    }

    [Fact]
    public async Task What_is_closed_while_it_waits_or_is_under_way_is_not_delivered_again()
    {
        await using var fixture = await RequestFixture.StartAsync(new RequestOptions { PerTarget = 1 });
        using var target = fixture.Offer("a");
        var ids = new[] { await fixture.AcceptAsync("a", "0"), await fixture.AcceptAsync("a", "1"), await fixture.AcceptAsync("a", "2") };
        var call = await target.TakeAsync();
        await fixture.Queue.CloseAsync(ids[0], Stop);
        await fixture.Queue.CloseAsync(ids[1], Stop);
        call.Complete(Reply.Failed("no"));
        call = await target.TakeAsync();
        Assert.Equal("2", call.Frames.Text(0));
        await fixture.Queue.CloseAsync(ids[2], Stop);
        call.Complete(Reply.Ok(Frames.Of("too late")));
        var last = await fixture.AcceptAsync("a", "3");
        Assert.Equal("3", (await target.TakeAsync()).Frames.Text(0));
        Assert.All(ids, id => Assert.Null(fixture.Queue.Find(id)));
        Assert.Equal([ids[0], ids[2], last], target.Seen.Select(s => s.Id));
    }

    [Fact]
    public async Task A_full_disk_stores_nothing_by_halves_and_an_answer_waits_for_room()
    {
        await using var fixture = await RequestFixture.StartAsync();
        using var target = fixture.Offer("a");
        var id = await fixture.AcceptAsync("a", "x");
        var call = await target.TakeAsync();
        await fixture.LimitAsync(isFull: true);
        var big = Frames.Of(new byte[100_000]);
        Assert.Equal(AcceptStatus.NotStored, (await fixture.Queue.AcceptAsync(new NewRequest("big", "a", big, ""), Stop)).Status);
        Assert.Null(fixture.Queue.Find("big"));
        Assert.NotNull(fixture.Database.Trouble);
        call.Complete(Reply.Ok(big));
        while (fixture.Queue.Dispatcher.Held == 0) await Task.Yield();
        fixture.Time.Advance(RequestDispatcher.Pause);
        while (fixture.Queue.Dispatcher.Held == 0) await Task.Yield();
        Assert.Equal((RequestState.Pending, 1), (fixture.Queue.Find(id)!.State, fixture.Queue.Dispatcher.UnderWay));
        Assert.False(target.TryTake(out _));
        await fixture.LimitAsync(isFull: false);
        var ended = fixture.EndAsync(id);
        fixture.Time.Advance(RequestDispatcher.Pause);
        Assert.Equal((100_000, 1), ((await ended).Answer.Size, (await ended).Attempts));
        Assert.Equal(AcceptStatus.Accepted, (await fixture.Queue.AcceptAsync(new NewRequest("big", "a", big, ""), Stop)).Status);
        Assert.Null(fixture.Database.Trouble);
    }

    [Fact]
    public async Task Lists_are_newest_first_and_of_what_is_asked()
    {
        await using var fixture = await RequestFixture.StartAsync();
        using var target = fixture.Offer("b.x");
        var ids = new List<string>();
        foreach (var service in (string[])["a", "b.x", "b.y", "b", "a"]) ids.Add(await fixture.AcceptAsync(service, "frames"));
        (await target.TakeAsync()).Complete(Reply.Ok(Frames.Of("x")));
        await fixture.EndAsync(ids[1]);
        Assert.Equal([4, 3, 2, 1, 0], Listed(new RequestQuery(null, null, null, 100)));
        Assert.Equal([4, 3], Listed(new RequestQuery(null, null, null, 2)));
        Assert.Equal([2, 1], Listed(new RequestQuery(null, null, ids[3], 2)));
        Assert.Equal([], Listed(new RequestQuery(null, null, "no-such", 2)));
        Assert.Equal([2, 1], Listed(new RequestQuery(null, "b.", null, 100)));
        Assert.Equal([3], Listed(new RequestQuery(null, "b", null, 100)));
        Assert.Equal([1], Listed(new RequestQuery(RequestState.Answered, null, null, 100)));
        Assert.Equal([4, 0], Listed(new RequestQuery(RequestState.Pending, "a", null, 100)));
        var listed = fixture.Queue.List(new RequestQuery(null, null, null, 100));
        Assert.All(listed, request => Assert.Equal((0, 0), (request.Frames.Count, request.Answer.Count)));

        int[] Listed(RequestQuery query) => [.. fixture.Queue.List(query).Select(r => ids.IndexOf(r.Id))];
    }

    [Fact]
    public async Task A_hub_without_its_file_stores_nothing_and_says_so()
    {
        await using var fixture = new RequestFixture();
        fixture.Database.Dispose();
        var told = await fixture.Queue.AcceptAsync(new NewRequest(null, "a", Frames.None, ""), Stop);
        Assert.Equal((AcceptStatus.NotStored, ""), (told.Status, told.Id));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => fixture.Queue.CloseAsync("x", Stop));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => fixture.Queue.Dispatcher.StartAsync(Stop));
    }

    [Fact]
    public async Task Thousands_for_one_target_are_all_delivered_in_their_order()
    {
        await using var fixture = await RequestFixture.StartAsync(new RequestOptions { PerTarget = 1 });
        var count = 10_000;
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => fixture.AcceptAsync("a", $"{i}")));
        using var target = fixture.Offer("a");
        var seen = new HashSet<string>();
        var last = "";
        for (var i = 0; i < count; i++)
        {
            var call = await target.TakeAsync();
            Assert.True(seen.Add(call.RequestId!) && string.CompareOrdinal(call.RequestId, last) > 0);
            last = call.RequestId!;
            call.Complete(Reply.Ok(Frames.None));
        }
        await fixture.EndAsync(last);
        Assert.Equal((0, count), (fixture.Queue.Instruments.Pending, fixture.Queue.Instruments.Answered));
    }

    [Fact]
    public async Task One_who_fails_when_told_keeps_nobody_from_being_told()
    {
        await using var fixture = await RequestFixture.StartAsync();
        fixture.Queue.Accept(new NewRequest(null, "a", Frames.None, ""), _ => throw new IOException("gone"));
        await fixture.AcceptAsync("a");
        Assert.Equal(1, fixture.Log.Count(11001));
    }

    [Fact]
    public async Task A_row_that_cannot_be_written_spoils_no_other()
    {
        await using var fixture = await RequestFixture.StartAsync();
        await fixture.Database.WriteAsync(
            session =>
            {
                session.Execute("""
                    CREATE TRIGGER bad BEFORE INSERT ON request WHEN new.service = 'bad' BEGIN SELECT raise(ABORT, 'bad row'); END
                    """);
                return 0;
            },
            Stop);
        var told = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            fixture.Queue.AcceptAsync(new NewRequest(null, i == 50 ? "bad" : "good", Frames.None, ""), Stop)));
        Assert.Equal((99, 1), (told.Count(t => t.Status == AcceptStatus.Accepted), told.Count(t => t.Status == AcceptStatus.NotStored)));
        Assert.Equal(99, fixture.Queue.List(new RequestQuery(null, null, null, 1000)).Count);
    }
}
