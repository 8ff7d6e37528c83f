using System.Text;
using Gatehouse.Devices;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Devices;

public sealed class DeclaredDeviceTests : IDisposable
{
    private readonly HubFile _file = new();
    private readonly DriverFixture _hub = new();
    private readonly LogLines<DeclaredDevices> _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _hub.Dispose();
        _file.Dispose();
    }

    [Fact]
    public async Task What_was_declared_is_there_in_the_next_run_with_its_edits()
    {
        await using (var run = new Run(this))
        {
            await run.DeclareAsync("""{"oid": "sensor.temperature", "name": "a.b%c ü", "unit": "K", "maximum": 400}""");
            await run.DeclareAsync("""{"oid": "switch", "name": "lamp"}""");
            await run.Registry.EditAsync("here.declared.lamp", [new("title", "Lamp!")], Stop);
            await run.DeclareAsync("""{"oid": "switch", "name": "gone"}""");
            await run.Registry.EditAsync("here.declared.gone", [new("title", "Gone")], Stop);
            Assert.True(await run.Devices.RemoveAsync("here.declared.gone", Stop));
            Assert.False(await run.Devices.RemoveAsync("here.declared.gone", Stop));
        }
        _file.Reopen();
        await using var next = new Run(this);
        Assert.Equal(["here.declared.a%2Eb%25c ü", "here.declared.lamp"], next.Registry.List().Select(d => d.Name));
        var property = next.Registry.List()[0].Properties["temperature"];
        Assert.Equal(("K", 400d, PropertyAccess.ReadWrite), (property.Unit, property.Maximum, property.Access));
        Assert.Equal("Lamp!", next.Registry.List()[1].Title);
        Assert.Equal(WriteStatus.Done, (await SetAsync("/device/here.declared.lamp/on", true)).Status);
        var info = await next.DeclareAsync("""{"oid": "switch", "name": "gone"}""");
        Assert.Equal("gone", info.Device!.Title);
    }

    [Fact]
    public async Task A_run_that_ends_leaves_them_stale_and_takes_nothing_meanwhile()
    {
        await using (var run = new Run(this))
        {
            await run.DeclareAsync("""{"oid": "switch", "name": "lamp"}""");
            await SetAsync("/device/here.declared.lamp/on", true);
        }
        Assert.Equal(Quality.Stale, _hub.Get("/device/here.declared.lamp/on")!.Quality);
    }

    [Fact]
    public async Task One_that_was_declared_under_a_name_that_is_not_taken_any_more_stays()
    {
        const string Json = """{"oid":"switch","name":"a/b"}""";
        await new DeclaredStore(_file.Database).AddAsync("here.declared.a%2Fb", Json, Stop);
        await using var run = new Run(this);
        Assert.Equal("here.declared.a%2Fb", Assert.Single(run.Registry.List()).Name);
        Assert.Equal("name", Assert.Single((await run.DeclareAsync(Json)).Errors).Field);
    }

    [Fact]
    public async Task What_is_declared_while_the_part_does_not_run_is_shown_when_it_does()
    {
        var registry = new DeviceRegistry(_hub.Tree, new EditStore(_file.Database));
        using var devices = New(registry);
        var declared = await devices.DeclareAsync("""{"oid":"switch","name":"lamp"}"""u8.ToArray(), Stop);
        Assert.Equal("here.declared.lamp", declared.Device!.Name);
        Assert.Empty(registry.List());
        await using var run = new Run(this);
        Assert.Single(run.Registry.List());
    }

    [Fact]
    public async Task One_whose_sort_is_not_known_any_more_is_told_and_the_others_are_there()
    {
        var types = new DeviceTypes();
        types.Register(new DeviceTemplate("gate.barrier"), config => new Barrier(config));
        using (var devices = New(new DeviceRegistry(_hub.Tree), types))
        {
            await devices.DeclareAsync("""{"oid":"gate.barrier","name":"x"}"""u8.ToArray(), Stop);
            await devices.DeclareAsync("""{"oid":"switch","name":"y"}"""u8.ToArray(), Stop);
        }
        await using var run = new Run(this);
        Assert.Equal("here.declared.y", Assert.Single(run.Registry.List()).Name);
        Assert.Contains("here.declared.x", Assert.Single(_log.Lines, l => l.Id == 4032).Text, StringComparison.Ordinal);
        Assert.True(await run.Devices.RemoveAsync("here.declared.x", Stop));
    }

    [Fact]
    public async Task Without_a_file_none_is_known_and_none_is_taken()
    {
        _file.Reopen(path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        });
        await using var run = new Run(this);
        Assert.Equal(1, _log.Count(4031));
        await Assert.ThrowsAsync<StorageException>(() => run.DeclareAsync("""{"oid": "switch", "name": "lamp"}"""));
        await Assert.ThrowsAsync<StorageException>(() => run.Devices.RemoveAsync("here.declared.lamp", Stop));
        Assert.Empty(run.Registry.List());
    }

    [Fact]
    public async Task A_name_that_somebody_else_has_is_told_and_not_shown()
    {
        await using var run = new Run(this);
        using var other = run.Registry.Announce(DriverFixture.Oven("here.declared.lamp"));
        await run.DeclareAsync("""{"oid": "switch", "name": "lamp"}""");
        Assert.Equal(1, _log.Count(4032));
        Assert.Equal("Oven", Assert.Single(run.Registry.List()).Title);
    }

    private DeclaredDevices New(DeviceRegistry registry, DeviceTypes? types = null) =>
        new(_hub.Hub, types ?? new DeviceTypes(), registry, new DeclaredStore(_file.Database), _hub.Time, _log);

    private ValueTask<WriteResult> SetAsync(string key, Value value) =>
        _hub.Tree.WriteAsync(new Change(_hub.Tree.Intern(key), value), null, Trees.Tester, Stop);

    private sealed class Barrier(DeviceConfig config) : Device(new DeviceTemplate("gate.barrier"), config);

    private sealed class Run : IAsyncDisposable
    {
        private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        private readonly Task _running;

        public Run(DeclaredDeviceTests test)
        {
            Registry = new DeviceRegistry(test._hub.Tree, new EditStore(test._file.Database));
            Devices = test.New(Registry);
            _running = Devices.RunAsync(test._hub.Hub, _ending.Token);
        }

        public DeviceRegistry Registry { get; }

        public DeclaredDevices Devices { get; }

        public Task<Declaration> DeclareAsync(string json) => Devices.DeclareAsync(Encoding.UTF8.GetBytes(json), Stop);

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
            Devices.Dispose();
            _ending.Dispose();
        }
    }
}
