using System.Diagnostics;
using System.Globalization;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Bench;

/// <summary>
/// What event streams cost the hub: 200 clients in another process follow 1,000 changes a second over 1,000 keys; the figure is the
/// processor time of the hub's process, its sets included.
/// </summary>
internal static class EventLoad
{
    private const string TokenVariable = "GATEHOUSE_TOKEN";
    private const int Clients = 200;
    private const int ChangesPerSecond = 1000;
    private const int KeyCount = 1000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    public static async Task<string> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-bench");
        using var data = DataDirectory.Take(folder.FullName);
        string[] settings =
        [
            "web.listen=127.0.0.1:0", "log.level=warning",
            "drivers.system.enabled=false", "drivers.oneWire.enabled=false", "drivers.fake.enabled=false",
        ];
        var source = new SettingsSource("none.json", true, settings);
        await using var app = HubApp.Build(data, source.Load(SettingsCatalog.Layout).Settings!, source);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        using var clients = StartClients(address, HubFolder.ReadToken(folder.FullName)!);
        await clients.StandardOutput.ReadLineAsync(); // all are connected
        using var stop = new CancellationTokenSource();
        var setting = SetAsync(app.Services.GetRequiredService<ValueTree>(), stop.Token);
        await Task.Delay(WarmUp, TimeProvider.System);
        await clients.StandardInput.WriteLineAsync("count");
        using var process = Process.GetCurrentProcess();
        var (cpu, clock) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(Measured, TimeProvider.System);
        process.Refresh();
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        var share = (process.TotalProcessorTime - cpu).TotalSeconds / seconds;
        await clients.StandardInput.WriteLineAsync("stop");
        var entries = double.Parse((await clients.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await stop.CancelAsync();
        var sets = await setting;
        await clients.WaitForExitAsync();
        return string.Create(CultureInfo.InvariantCulture, $"""
            | clients | sets/s | entries delivered/s | hub's processor, of a core | memory |
            |---|---|---|---|---|
            | {Clients} | {sets:0} | {entries / seconds:0} | {share:P1} | {process.WorkingSet64 / 1e6:0} MB |
            """);
    }

    /// <summary>The clients' process: connects, says so, counts what comes between the lines "count" and "stop", prints it.</summary>
    public static async Task ClientsAsync(string address)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { Authorization = new("Bearer", Environment.GetEnvironmentVariable(TokenVariable)) },
        };
        using var stop = new CancellationTokenSource();
        var counters = new long[Clients * 16]; // apart, so that counting does not contend
        var streams = await Task.WhenAll(
            Enumerable.Range(0, Clients).Select(_ => http.GetStreamAsync($"{address}/api/changes?prefix=/load/")));
        var reading = streams.Select((stream, i) => CountAsync(stream, counters, i * 16, stop.Token)).ToList();
        Console.WriteLine("connected");
        Console.ReadLine();
        var before = counters.Sum();
        Console.ReadLine();
        Console.WriteLine(counters.Sum() - before);
        await stop.CancelAsync();
        await Task.WhenAll(reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Counts the entries by their first member; a client that parsed them would cost more than the hub.
    private static async Task CountAsync(Stream stream, long[] counters, int index, CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, stop) is var count && count > 0)
        {
            counters[index] += buffer.AsSpan(0, count).Count("{\"key\""u8);
        }
    }

    private static async Task<double> SetAsync(ValueTree tree, CancellationToken stop)
    {
        var keys = Enumerable.Range(0, KeyCount).Select(i => tree.Intern($"/load/{i}")).ToArray();
        var origin = new Origin("bench");
        var start = Stopwatch.GetTimestamp();
        var sets = 0;
        while (!stop.IsCancellationRequested)
        {
            for (var due = Stopwatch.GetElapsedTime(start).TotalSeconds * ChangesPerSecond; sets < due; sets++)
            {
                tree.Set(new Change(keys[sets % KeyCount], 20 + (sets % 97 / 10.0)), origin);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
        return sets / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Process StartClients(string address, string token) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(EventLoad).Assembly.Location, "event-clients", address])
        {
            Environment = { [TokenVariable] = token },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
}
