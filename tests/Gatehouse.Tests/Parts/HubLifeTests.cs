using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Supervision;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Parts;

public sealed class HubLifeTests
{
    [Fact]
    public async Task A_needed_part_that_stays_down_stops_the_host_and_is_remembered_for_the_exit_code()
    {
        var time = new ManualTime();
        using var tree = Trees.New(time);
        var hub = new Hub("here", tree, new ServiceDirectory(time, AllowAll.Instance));
        using var host = new Host();
        var readiness = new Readiness();
        readiness.BecomeReady();
        using var life = new HubLife(hub, new PartHost(hub, [new Broken()], time, NullLogger<Supervisor>.Instance), readiness, host, time);
        await life.StartAsync(TestContext.Current.CancellationToken);
        while (!host.ApplicationStopping.IsCancellationRequested)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await life.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal("stopping", readiness.NotYet);
        Assert.IsType<EssentialPartFailedException>(life.Failure);
    }

    private sealed class Broken : IEssentialPart
    {
        public string Name => "broken";

        public Task RunAsync(Hub hub, CancellationToken stop) => throw new IOException("disk gone");
    }

    private sealed class Host : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
