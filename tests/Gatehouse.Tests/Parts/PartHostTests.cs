using Gatehouse.Parts;
using Gatehouse.Runtime.Supervision;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Parts;

public sealed class PartHostTests : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ManualTime _time = new();
    private readonly ValueTree _tree;
    private readonly Hub _hub;

    public PartHostTests()
    {
        _tree = Trees.New(_time);
        _hub = new Hub("here", _tree, new ServiceDirectory(_time, AllowAll.Instance));
    }

    public void Dispose()
    {
        _stop.Dispose();
        _tree.Dispose();
    }

    [Fact]
    public async Task A_part_that_fails_is_started_again_alone_and_shown()
    {
        var failures = 0;
        var host = New(
            new Part(
                "weak",
                _ => failures++ == 0 ? throw new IOException("cable out") : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _)),
            new Part("strong", stop => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)));
        var running = host.RunAsync(_stop.Token);
        await UntilAsync(() => State("weak") == "starting again" && _time.Waiting > 0);
        Assert.Equal(("running", "cable out"), (State("strong"), _tree.Get("/hub/part/weak/error")!.Value.ToString()));
        Assert.Equal("2026-01-31T12:00:00.000Z", _tree.Get("/hub/part/weak/since")!.Value.ToString());
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => State("weak") == "running");
        Assert.StartsWith("2026-01-31T12:00:0", _tree.Get("/hub/part/weak/since")!.Value.ToString(), StringComparison.Ordinal);
        Assert.NotEqual("2026-01-31T12:00:00.000Z", _tree.Get("/hub/part/weak/since")!.Value.ToString());
        Assert.Equal((1, 0), (Restarts("weak"), Restarts("strong")));
        Assert.Equal(["weak", "strong"], host.Parts.Select(p => p.Name));
        await _stop.CancelAsync();
        await running;
        Assert.Equal(("stopped", "stopped"), (State("weak"), State("strong")));
    }

    [Fact]
    public async Task Without_a_part_that_is_needed_all_ends_with_an_error()
    {
        var host = New(
            new Essential("needed", _ => throw new IOException("disk gone")),
            new Part("other", stop => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)));
        var running = host.RunAsync(_stop.Token);
        while (!running.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        var failure = await Assert.ThrowsAsync<EssentialPartFailedException>(() => running);
        Assert.Contains("needed", failure.Message, StringComparison.Ordinal);
        Assert.Equal(("failed", "stopped"), (State("needed"), State("other")));
        Assert.Equal(Quality.Bad, _tree.Get("/hub/part/needed/state")!.Quality);
    }

    [Fact]
    public async Task A_part_that_gives_no_sign_of_life_is_started_again()
    {
        var part = new Silent();
        var running = New(part).RunAsync(_stop.Token);
        await UntilAsync(() => State("silent") == "running" && _time.Waiting > 0);
        part.Silence = TimeSpan.FromMinutes(1);
        while (State("silent") != "starting again")
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.StartsWith("No sign of life for 60 s", _tree.Get("/hub/part/silent/error")!.Value.ToString(), StringComparison.Ordinal);
        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task The_hub_shows_what_it_costs_and_does()
    {
        var running = new StatisticsPart(_time).RunAsync(_hub, _stop.Token);
        var first = _tree.Sequence;
        for (var i = 0; i < 99; i++) _tree.Set("/a", i);
        _time.Advance(TimeSpan.FromSeconds(5));
        await UntilAsync(() => _tree.Get("/hub/tree/changes")!.Sequence > first + 99);
        Assert.True(
            _tree.Get("/hub/tree/changes")!.Value.TryGetNumber(out var rate) && rate > 19,
            _tree.Get("/hub/tree/changes")!.ToString());
        Assert.True(_tree.Get("/hub/process/memory")!.Value.TryGetInteger(out var memory) && memory > 1_000_000);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Yield();
    }

    private PartHost New(params IPart[] parts) => new(_hub, parts, _time, NullLogger<Supervisor>.Instance);

    private string? State(string part) => _tree.Get($"/hub/part/{part}/state")?.Value.ToString();

    private int Restarts(string part) => _tree.Get($"/hub/part/{part}/restarts")!.Value.TryGetInteger(out var count) ? (int)count : -1;

    private class Part(string name, Func<CancellationToken, Task> run) : IPart
    {
        public string Name => name;

        public Task RunAsync(Hub hub, CancellationToken stop) => run(stop);
    }

    private sealed class Essential(string name, Func<CancellationToken, Task> run) : Part(name, run), IEssentialPart;

    private sealed class Silent : IWatchedPart
    {
        public string Name => "silent";

        public TimeSpan Silence { get; set; }

        public TimeSpan AllowedSilence => TimeSpan.FromSeconds(30);

        public Task RunAsync(Hub hub, CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    }
}
