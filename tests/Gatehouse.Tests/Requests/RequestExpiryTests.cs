using Gatehouse.Requests;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Tests.Requests;

/// <summary>What is too old goes, and nothing else.</summary>
public sealed class RequestExpiryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_are_kept_for_a_week_and_requests_for_a_month()
    {
        await using var fixture = await RequestFixture.StartAsync(new RequestOptions { PerTarget = 1, Deadline = TimeSpan.FromDays(1) });
        using var target = fixture.Offer("a");
        var answered = await fixture.AcceptAsync("a", "x");
        (await target.TakeAsync()).Complete(Reply.Ok(Frames.Of("y")));
        await fixture.EndAsync(answered);
        var ids = new List<string>();
        for (var i = 0; i < 1300; i++) ids.Add(await fixture.AcceptAsync("nobody"));
        fixture.Time.Advance(TimeSpan.FromDays(6.9));
        await fixture.Expiry.LookAsync(Stop);
        Assert.NotNull(fixture.Queue.Find(answered));
        fixture.Time.Advance(TimeSpan.FromDays(0.2));
        await fixture.Expiry.LookAsync(Stop);
        Assert.Null(fixture.Queue.Find(answered));
        var young = await fixture.AcceptAsync("nobody");
        fixture.Time.Advance(TimeSpan.FromDays(23));
        var underWay = await fixture.AcceptAsync("a", "z");
        Assert.Equal(underWay, (await target.TakeAsync()).RequestId);
        var waiting = fixture.EndAsync(ids[0]);
        await fixture.Expiry.LookAsync(Stop);
        var expired = await waiting;
        Assert.Equal((RequestState.Expired, 0), (expired.State, expired.Attempts));
        Assert.Contains("30 days", expired.Reason, StringComparison.Ordinal);
        Assert.All(ids, id => Assert.Equal(RequestState.Expired, fixture.Queue.Find(id)!.State));
        Assert.Equal((RequestState.Pending, RequestState.Pending), (fixture.Queue.Find(young)!.State, fixture.Queue.Find(underWay)!.State));
        Assert.Equal((2, 1300), (fixture.Queue.Instruments.Pending, fixture.Queue.Instruments.Expired));
        using var late = fixture.Offer("nobody");
        Assert.Equal(young, (await late.TakeAsync()).RequestId);
        fixture.Time.Advance(TimeSpan.FromDays(7.1));
        await fixture.Expiry.LookAsync(Stop);
        Assert.Equal(2, fixture.Queue.List(new RequestQuery(null, null, null, 1000)).Count);
        Assert.Equal(3, fixture.ExpiryLog.Count(11006));
    }

    [Fact]
    public async Task It_looks_again_and_again_also_when_it_cannot()
    {
        await using var fixture = await RequestFixture.StartAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var id = await fixture.AcceptAsync("nobody");
        var running = fixture.Expiry.RunAsync(end.Token);
        await fixture.Database.WriteAsync(session => { session.Execute("ALTER TABLE request RENAME TO hidden"); return 0; }, Stop);
        fixture.Time.Advance(RequestExpiry.Period);
        while (fixture.ExpiryLog.Count(11007) == 0) await Task.Yield();
        await fixture.Database.WriteAsync(session => { session.Execute("ALTER TABLE hidden RENAME TO request"); return 0; }, Stop);
        fixture.Time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(RequestState.Expired, (await fixture.EndAsync(id)).State);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
