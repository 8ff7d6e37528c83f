using System.Net.Sockets;
using Gatehouse.Cli;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Hub;
using Gatehouse.Security;
using Gatehouse.Web;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Gatehouse;

/// <summary>
/// The hub as a process, from its settings to its exit code: 0 when it was asked to stop, 1 when it could not start or a part that it
/// needs failed, 2 when the settings are wrong.
/// </summary>
internal static class HubProcess
{
    private const int Failed = 1;
    private const int WrongSettings = 2;

    /// <summary>Runs until a signal or <paramref name="stop"/> ends it.</summary>
    public static async Task<int> RunAsync(RunOptions options, CancellationToken stop)
    {
        if (Load(options) is not { } settings) return WrongSettings;
        try
        {
            using var data = DataDirectory.Take(options.Data ?? HubFolder.DefaultPath(Environment.GetEnvironmentVariable));
            await using var app = HubApp.Build(data, settings, Source(options));
            await RunAsync(app, data, stop);
            return app.Services.GetRequiredService<HubLife>().Failure is null ? 0 : Failed;
        }
        catch (Exception e) when (e is DataDirectoryException or IOException or UnauthorizedAccessException or SocketException)
        {
            await Console.Error.WriteLineAsync($"gatehouse: {e.Message}");
            return Failed;
        }
    }

    /// <summary>Reads the settings and says what is wrong with them, and nothing else.</summary>
    public static Task<int> CheckAsync(RunOptions options, CancellationToken stop)
    {
        if (Load(options) is null) return Task.FromResult(WrongSettings);
        var file = Source(options).File;
        var place = File.Exists(file) ? Path.GetFullPath(file) : $"no file, for there is no {file}";
        Console.WriteLine($"The settings are sound ({place}).");
        return Task.FromResult(0);
    }

    /// <summary>Every option there is: the JSON schema of the settings, or their reference in Markdown.</summary>
    public static string DescribeSettings(bool markdown) =>
        markdown ? SettingsReference.Export(SettingsCatalog.Layout) : SettingsSchema.Export(SettingsCatalog.Layout);

    private static async Task RunAsync(WebApplication app, DataDirectory data, CancellationToken stop)
    {
        var systemd = app.Services.GetRequiredService<SystemdNotifier>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var monitor = app.Services.GetRequiredService<SettingsMonitor>();
        using var levels = monitor.OnChange<LogOptions>(app.Services.GetRequiredService<LogLevels>().Change);
        await app.StartAsync(stop);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        data.Record(new HubRecord(Environment.ProcessId, time.GetUtcNow(), address));
        app.Services.GetRequiredService<Readiness>().BecomeReady();
        Console.WriteLine($"READY {address}");
        // Not to the log: whoever may read that may not enter for it.
        if (!app.Services.GetRequiredService<WebOptions>().Insecure)
        {
            Console.Write(Invitation.Write(new Uri(address), app.Services.GetRequiredService<OneTimeCodes>().MintFirst().Text));
        }
        var status = $"serving at {address}";
        systemd.Ready(status);
        using var reload = new ReloadSignal(() =>
        {
            systemd.Reloading(time);
            monitor.Reload();
            systemd.Ready(status);
        });
        app.Lifetime.ApplicationStopping.Register(systemd.Stopping);
        await app.WaitForShutdownAsync(stop);
    }

    private static Settings? Load(RunOptions options)
    {
        var load = Source(options).Load(SettingsCatalog.Layout);
        foreach (var problem in load.Problems) Console.Error.WriteLine(problem);
        return load.Settings;
    }

    private static SettingsSource Source(RunOptions options) =>
        new(options.Config ?? DefaultFile(), IsOptional: options.Config is null, options.Set);

    // In the folder that systemd gives to the service, else in the one the hub was started in.
    private static string DefaultFile() =>
        Path.Combine(Environment.GetEnvironmentVariable("CONFIGURATION_DIRECTORY")?.Split(':')[0] ?? "", SettingsLoader.DefaultFile);
}
