using Gatehouse.Blobs;
using Gatehouse.Connectors.Clone;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Devices;
using Gatehouse.Drivers.Fake;
using Gatehouse.Drivers.OneWire;
using Gatehouse.Drivers.System;
using Gatehouse.History;
using Gatehouse.Parts;
using Gatehouse.Requests;
using Gatehouse.Requests.Store;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Storage;
using Gatehouse.Tree;
using Gatehouse.Web;

namespace Gatehouse;

/// <summary>The table of contents: what the hub is made of, in the order in which it starts.</summary>
internal static class HubApp
{
    public static WebApplication Build(DataDirectory data, Settings settings, SettingsSource source, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = "wwwroot",
        });
        builder.AddLog(settings);
        builder.Services
            .AddRuntime(data, settings, source, SettingsCatalog.Layout, time ?? TimeProvider.System)
            .AddStorage()
            .AddSecurity()
            .AddTree()
            .AddServices()
            .AddParts()
            .AddDevices()
            .AddHistory()
            .AddBlobs()
            .AddRequests()
            .AddRequestsApi()
            .AddMajordomo()
            .AddClone()
            .AddSystemDriver()
            .AddOneWireDriver()
            .AddFakeDriver();
        builder.AddWeb(settings.Get<WebOptions>());

        var app = builder.Build();
        app.UseWeb();
        app.MapValues();
        app.MapServices();
        app.MapDevices();
        app.MapHistory();
        app.MapBlobs();
        app.MapRequests();
        app.MapStore();
        app.MapWeb();
        return app;
    }
}
