using Gatehouse.Devices;
using Gatehouse.Requests;
using Gatehouse.Requests.Callbacks;
using Gatehouse.Requests.Store;
using Gatehouse.Runtime;
using Gatehouse.Security;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Support;

/// <summary>A data directory with its <c>hub.db</c>, which can be closed and opened again, and goes with the test.</summary>
internal sealed class HubFile : IDisposable
{
    private readonly DataDirectory _data = DataDirectory.Take(Directory.CreateTempSubdirectory("gatehouse").FullName);

    public HubFile() => Database = Open();

    public HubDatabase Database { get; private set; }

    public string Path => System.IO.Path.Combine(_data.Path, HubDatabase.FileName);

    /// <summary>Closes it, does something to what is there, and opens it again, as a restart of the hub would.</summary>
    public void Reopen(Action<string>? between = null)
    {
        Database.Dispose();
        between?.Invoke(Path);
        Database = Open();
    }

    public void Dispose()
    {
        Database.Dispose();
        _data.Dispose();
        Directory.Delete(_data.Path, recursive: true);
    }

    private HubDatabase Open() => new(
        _data,
        [
            HubSettings.Migrations, EditStore.Migrations, SessionTable.Migrations, RequestTables.Migrations, CallbackTables.Migrations,
            StoreTables.Migrations,
        ],
        TimeProvider.System, NullLogger<Database>.Instance);
}
