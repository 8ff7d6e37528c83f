using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Gatehouse.Devices;

/// <summary>The life of a driver whose options change while it runs: one run for each state of its options.</summary>
internal static class OptionsRuns
{
    /// <summary>Runs with the present options; when they change, ends that run and begins another with the new ones.</summary>
    /// <param name="areSame">False when the difference matters to a run.</param>
    /// <param name="run">Runs until its token is cancelled. When it ends or throws by itself, so does this.</param>
    public static async Task RunAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
        this IOptionsMonitor<T> options, Func<T, T, bool> areSame, Func<T, CancellationToken, Task> run, CancellationToken stop)
        where T : class
    {
        while (true)
        {
            var settings = options.CurrentValue;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using var changes = options.OnChange(now =>
            {
                if (!areSame(now, settings)) ending.Cancel();
            });
            try
            {
                if (!areSame(options.CurrentValue, settings)) continue;
                await run(settings, ending.Token);
                return;
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                // New settings: the next run has them.
            }
        }
    }
}
