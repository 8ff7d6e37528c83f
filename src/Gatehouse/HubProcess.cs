using Gatehouse.Cli;
using Gatehouse.Devices;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Services;
using Gatehouse.Tree;
using Gatehouse.Web;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Gatehouse;

/// <summary>The hub as a process: what it is made of, in the order in which it starts.</summary>
internal static class HubProcess
{
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(4);

    public static async Task<int> RunAsync(RunOptions options, CancellationToken stop)
    {
        var (hub, web, tree) = Settings(options);
        using var data = DataDirectory.Take(options.Data ?? DataDirectory.DefaultPath(Environment.GetEnvironmentVariable));
        await using var app = Build(data, hub, web, tree);
        await app.StartAsync(stop);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        app.Services.GetRequiredService<Readiness>().BecomeReady();
        Console.WriteLine($"READY {address}");
        await app.WaitForShutdownAsync(stop);
        return app.Services.GetRequiredService<HubLife>().Failure is null ? 0 : 1;
    }

    public static async Task<int> CheckAsync(RunOptions options, CancellationToken stop)
    {
        var (_, web, _) = Settings(options);
        if (ListenAddress.TryParse(web.Listen, out _)) return 0;
        await Console.Error.WriteLineAsync($"gatehouse: web.listen: '{web.Listen}' is not an address and port such as 127.0.0.1:8080");
        return 1;
    }

    private static (HubOptions Hub, WebOptions Web, TreeOptions Tree) Settings(RunOptions options)
    {
        var builder = new ConfigurationBuilder();
        if (options.Config is { } file) builder.AddJsonFile(Path.GetFullPath(file));
        builder.AddInMemoryCollection(options.Set.Select(s => s.Split('=', 2)).Select(s => KeyValuePair.Create(s[0].Replace('.', ':'), (string?)s[1])));
        var settings = builder.Build();
        return (settings.GetSection(HubOptions.SectionName).Get<HubOptions>() ?? new HubOptions(),
            settings.GetSection(WebOptions.SectionName).Get<WebOptions>() ?? new WebOptions(),
            settings.GetSection(TreeOptions.SectionName).Get<TreeOptions>() ?? new TreeOptions());
    }

    private static WebApplication Build(DataDirectory data, HubOptions hub, WebOptions web, TreeOptions tree)
    {
        if (!ListenAddress.TryParse(web.Listen, out var address)) throw new ArgumentException(web.Listen);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, WebRootPath = "wwwroot" });
        builder.Logging.AddSimpleConsole(o => o.SingleLine = true);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(data).AddSingleton(tree).AddSingleton<Readiness>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownPatience);
        builder.Services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
        builder.Services.AddTree().AddServices().AddDevices().AddParts(hub);
        builder.AddWeb(web, address);

        var app = builder.Build();
        app.MapWeb();
        app.MapValues();
        app.MapServices();
        app.MapDevices();
        return app;
    }
}
