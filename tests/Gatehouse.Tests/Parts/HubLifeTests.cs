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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_start_waits_for_parts_that_others_connect_to_and_fails_with_them(bool works)
    {
        var stop = TestContext.Current.CancellationToken;
        var time = new ManualTime();
        using var tree = Trees.New(time);
        var hub = new Hub("here", tree, new ServiceDirectory(time, AllowAll.Instance));
        using var host = new Host();
        var door = new Door();
        var parts = new PartHost(hub, [door], time, NullLogger<Supervisor>.Instance);
        using var life = new HubLife(hub, parts, new Readiness(), host, time);
        var starting = life.StartAsync(stop);
        await door.Running.WaitAsync(stop);
        Assert.False(starting.IsCompleted);
        if (works)
        {
            door.Open.SetResult();
            await starting;
            await life.StopAsync(stop);
        }
        else
        {
            door.Open.SetException(new IOException("the port is in use"));
            Assert.Equal("the port is in use", (await Assert.ThrowsAsync<IOException>(() => starting)).Message);
        }
        Assert.True(door.HasEnded);
    }

    private sealed class Door : IOpeningPart
    {
        private readonly TaskCompletionSource _running = new();

        public TaskCompletionSource Open { get; } = new();

        public Task Running => _running.Task;

        public bool HasEnded { get; private set; }

        public string Name => "door";

        public Task Opened => Open.Task;

        public async Task RunAsync(Hub hub, CancellationToken stop)
        {
            _running.SetResult();
            await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
            HasEnded = true;
        }
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
