using Gatehouse.Requests;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Tests.Requests;

/// <summary>Requests that come, and go, by the hundred.</summary>
public sealed class ManyRequestsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Those_written_together_are_not_for_more_targets_than_there_may_be(bool hasIds)
    {
        await using var fixture = await RequestFixture.StartAsync(new RequestOptions { MaxTargets = 20 });
        var told = await Task.WhenAll(Enumerable.Range(0, 500).Select(i =>
            fixture.Queue.AcceptAsync(new NewRequest(hasIds ? $"{i}" : null, $"s{i % 250}", Frames.None, ""), Stop)));
        Assert.Equal((40, 460), (told.Count(t => t.Status == AcceptStatus.Accepted), told.Count(t => t.Status == AcceptStatus.Full)));
        Assert.Equal((20, 40L), (fixture.Queue.Dispatcher.Targets, fixture.Queue.Instruments.Pending));
        // What is there already is known, whatever else waits; and a target that has nothing to do makes room.
        var first = fixture.Queue.List(new RequestQuery(null, null, null, 1000)).Select(r => (r.Id, r.Service)).ToList();
        Assert.Equal(40, first.Count);
        Assert.Equal(2, await fixture.Queue.CloseAllAsync(new RequestQuery(null, first[0].Service, null, 0), Stop));
        var kept = first.First(r => r.Service != first[0].Service);
        var again = hasIds ? new NewRequest(kept.Id, kept.Service, Frames.None, "") : new NewRequest(null, kept.Service, Frames.None, "");
        Assert.Equal(hasIds ? AcceptStatus.Known : AcceptStatus.Accepted, (await fixture.Queue.AcceptAsync(again, Stop)).Status);
    }

    [Fact]
    public async Task All_requests_for_a_service_are_closed_at_once_or_those_of_one_state()
    {
        await using var fixture = await RequestFixture.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 1200).Select(i => fixture.AcceptAsync($"lab.{i % 2}")));
        var other = await fixture.AcceptAsync("laboratory");
        using (var target = fixture.Offer("lab.0"))
        {
            var call = await target.TakeAsync();
            call.Complete(Reply.Ok(Frames.Of("done")));
            await fixture.EndAsync(call.RequestId!);
        }
        Assert.Equal(1, await CloseAllAsync(RequestState.Answered, "lab."));
        Assert.Equal(600, await CloseAllAsync(RequestState.Pending, "lab.1"));
        Assert.Equal(599, await CloseAllAsync(null, "lab."));
        Assert.Equal(0, await CloseAllAsync(null, "lab."));
        Assert.Equal(other, Assert.Single(fixture.Queue.List(new RequestQuery(null, null, null, 1000))).Id);
        Assert.Equal(1L, fixture.Queue.Instruments.Pending);

        Task<long> CloseAllAsync(RequestState? state, string service) =>
            fixture.Queue.CloseAllAsync(new RequestQuery(state, service, null, 0), Stop);
    }
}
