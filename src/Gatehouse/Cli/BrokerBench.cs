using System.Globalization;
using System.Text;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Io;

namespace Gatehouse.Cli;

/// <summary>How a broker is loaded.</summary>
internal sealed record BrokerBenchPlan(string Address, int Workers, int Clients, int Window, int Size, TimeSpan Duration);

/// <summary>What came of it; latencies in seconds, from the request to its reply.</summary>
/// <param name="Requests">Requests that were answered while it was measured.</param>
/// <param name="RequestsPerSecond">How many that is for each second.</param>
/// <param name="P50">The latency that half of them did not pass.</param>
/// <param name="P99">That 99 of 100 did not pass.</param>
/// <param name="P999">That 999 of 1000 did not pass.</param>
/// <param name="Errors">Replies that were not the request's body, and requests that had none two seconds after the end.</param>
internal sealed record BrokerBenchResult(long Requests, double RequestsPerSecond, double P50, double P99, double P999, long Errors);

/// <summary>
/// Loads a broker: workers that echo on one loop, clients that keep a window of requests in flight on another, both on the bare
/// connection, so that the broker has more to do than they.
/// </summary>
internal sealed class BrokerBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(1);

    private readonly BrokerBenchPlan _plan;
    private readonly TimeProvider _time;
    private readonly IoLoop _serving;
    private readonly IoLoop _asking;
    private readonly BrokerWorker[] _workers;
    private readonly BrokerClient[] _clients;
    private readonly LatencyCounts _latencies = new();

    public BrokerBench(BrokerBenchPlan plan, TimeProvider time)
    {
        (_plan, _time) = (plan, time);
        // A name of its own, so that nobody else's requests and workers come between.
        var name = string.Create(CultureInfo.InvariantCulture, $"bench.{Environment.ProcessId}.{time.GetTimestamp():x}");
        var service = Encoding.ASCII.GetBytes(name);
        _serving = new IoLoop("bench-workers", time);
        _asking = new IoLoop("bench-clients", time);
        _workers = [.. Enumerable.Range(0, plan.Workers).Select(_ => new BrokerWorker(_serving, service))];
        _clients = [.. Enumerable.Range(0, plan.Clients).Select(_ => new BrokerClient(_asking, service, plan, time, _latencies))];
    }

    /// <exception cref="MdpException">The broker cannot be reached, or answers nothing.</exception>
    public async Task<BrokerBenchResult> RunAsync(CancellationToken stop)
    {
        await ConnectAsync(_workers.Select(w => w.ConnectAsync(_plan.Address)), stop);
        await ConnectAsync(_clients.Select(c => c.ConnectAsync(_plan.Address)), stop);
        await OnLoopAsync(() =>
        {
            foreach (var client in _clients) client.Start();
        });
        await Task.Delay(_plan.Duration / 5 is var part && part < LongestWarmUp ? part : LongestWarmUp, _time, stop);
        await FirstReplyAsync(stop);
        await OnLoopAsync(_latencies.Clear);
        var began = _time.GetTimestamp();
        await Task.Delay(_plan.Duration, _time, stop);
        BrokerBenchResult? result = null;
        await OnLoopAsync(() =>
        {
            var took = _time.GetElapsedTime(began);
            result = new(
                _latencies.Total, _latencies.Total / took.TotalSeconds,
                _latencies.Quantile(0.5), _latencies.Quantile(0.99), _latencies.Quantile(0.999), 0);
            foreach (var client in _clients) client.Stop();
        });
        return result! with { Errors = await DrainAsync(stop) };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        foreach (var worker in _workers) await worker.DisposeAsync();
        _asking.Dispose();
        _serving.Dispose();
    }

    private async Task ConnectAsync(IEnumerable<Task> connecting, CancellationToken stop)
    {
        try
        {
            await Task.WhenAll(connecting).WaitAsync(Patience, _time, stop);
        }
        catch (TimeoutException)
        {
            throw new MdpUnreachableException(
                $"No broker answers at {_plan.Address} within {Patience.TotalSeconds} s. "
                + "Start a hub with 'gatehouse run', or name another broker by --mdp.");
        }
    }

    private async Task FirstReplyAsync(CancellationToken stop)
    {
        try
        {
            await Task.WhenAll(_clients.Select(c => c.Answered)).WaitAsync(Patience, _time, stop);
        }
        catch (TimeoutException)
        {
            throw new MdpTimeoutException($"What answers at {_plan.Address} is no Majordomo broker, or too busy: no request came back.");
        }
    }

    private async Task<long> DrainAsync(CancellationToken stop)
    {
        try
        {
            await Task.WhenAll(_clients.Select(c => c.Drained)).WaitAsync(Drain, _time, stop);
        }
        catch (TimeoutException)
        {
            // Counted below: what is still out has no reply.
        }
        long errors = 0;
        await OnLoopAsync(() => errors = _clients.Sum(c => c.Errors + c.InFlight));
        return errors;
    }

    private async Task OnLoopAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _asking.Post(() =>
        {
            action();
            done.SetResult();
        });
        await done.Task;
    }
}
