using Gatehouse.Parts;
using Gatehouse.Requests;
using Gatehouse.Security;
using Gatehouse.Tests.Devices;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Requests;

/// <summary>The queue as a part of the hub.</summary>
public sealed class RequestsPartTests
{
    private readonly LogLines<RequestsPart> _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_delivers_what_waits_and_stops()
    {
        await using var fixture = await RequestFixture.StartAsync();
        await fixture.AcceptAsync("a", "x");
        await fixture.RestartAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var part = Part(fixture);
        var running = part.RunAsync(HubOf(fixture), end.Token);
        await part.Opened.WaitAsync(Stop);
        Assert.NotNull(fixture.Services.Find("titanic.request"));
        while (_log.Count(11004) == 0) await Task.Yield();
        using var target = fixture.Offer("a");
        await target.TakeAsync();
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Null(fixture.Services.Find("titanic.request"));
        await fixture.AcceptAsync("a", "y");
        Assert.False(target.TryTake(out _));
    }

    [Fact]
    public async Task It_waits_for_the_disk_before_it_delivers()
    {
        await using var fixture = new RequestFixture();
        await fixture.Database.WriteAsync(
            session =>
            {
                session.Execute("CREATE TRIGGER stop BEFORE UPDATE ON request_run BEGIN SELECT raise(ABORT, 'not now'); END");
                return 0;
            },
            Stop);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = Part(fixture).RunAsync(HubOf(fixture), end.Token);
        while (_log.Count(11005) == 0) await Task.Yield();
        var waiting = fixture.Queue.AcceptAsync(new NewRequest("x", "a", default, ""), Stop);
        Assert.Equal(AcceptStatus.NotStored, (await waiting).Status);
        await fixture.Database.WriteAsync(
            session =>
            {
                session.Execute("DROP TRIGGER stop");
                return 0;
            },
            Stop);
        using var target = fixture.Offer("a");
        Assert.Equal(AcceptStatus.Accepted, (await fixture.Queue.AcceptAsync(new NewRequest("x", "a", default, ""), Stop)).Status);
        var taken = target.TakeAsync();
        Assert.Equal("x", (await fixture.Time.RunUntilAsync(taken)).RequestId);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private RequestsPart Part(RequestFixture fixture) => new(fixture.Queue, fixture.Expiry, AllowAll.Instance, fixture.Time, _log);

    private static Hub HubOf(RequestFixture fixture) =>
        new("here", new ValueTree(new TreeOptions(), default, fixture.Time, AllowAll.Instance), fixture.Services);
}
