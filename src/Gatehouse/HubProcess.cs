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

    public static async Task<int> RunAsync(string dataPath)
    {
        using var data = DataDirectory.Take(dataPath);
        await using var app = Build(data, new HubOptions(), new WebOptions(), new TreeOptions());
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        app.Services.GetRequiredService<Readiness>().BecomeReady();
        Console.WriteLine($"READY {address}");
        await app.WaitForShutdownAsync();
        return app.Services.GetRequiredService<HubLife>().Failure is null ? 0 : 1;
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
