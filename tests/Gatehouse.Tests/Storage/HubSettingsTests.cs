using Gatehouse.Devices;
using Gatehouse.Storage;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Storage;

public sealed class HubSettingsTests : IDisposable
{
    private readonly HubFile _file = new();
    private readonly LogLines<HubSettings> _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task A_choice_outlives_the_hub_until_it_is_taken_back()
    {
        var settings = New();
        Assert.Null(settings.Get("colour"));
        await settings.SetAsync("colour", "grün", Stop);
        await settings.SetAsync("size", "1", Stop);
        Assert.Equal("grün", settings.Get("colour"));
        _file.Reopen();
        settings = New();
        Assert.Equal(("grün", "1"), (settings.Get("colour"), settings.Get("size")));
        await settings.SetAsync("colour", null, Stop);
        Assert.Null(settings.Get("colour"));
        _file.Reopen();
        Assert.Equal((null, "1"), (New().Get("colour"), New().Get("size")));
    }

    [Fact]
    public async Task Of_choices_at_the_same_time_memory_and_disk_keep_the_same()
    {
        var settings = New();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => settings.SetAsync("colour", $"{i}", Stop)));
        var kept = settings.Get("colour");
        _file.Reopen();
        Assert.Equal(kept, New().Get("colour"));
    }

    [Fact]
    public async Task Without_a_file_nothing_is_kept_and_all_are_told()
    {
        _file.Reopen(path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        });
        var settings = New();
        Assert.Equal(1, _log.Count(2007));
        Assert.Null(settings.Get("colour"));
        var failure = await Assert.ThrowsAsync<StorageException>(() => settings.SetAsync("colour", "red", Stop));
        Assert.Contains(_file.Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("restart the hub", failure.Message, StringComparison.Ordinal);
        Assert.Null(settings.Get("colour"));
        Assert.Equal(failure.Message, _file.Database.Trouble);
        await Assert.ThrowsAsync<StorageException>(() => _file.Database.ProbeAsync(Stop));
    }

    [Fact]
    public async Task The_choice_to_remove_the_demo_devices_lasts()
    {
        Assert.False(new DemoSwitch(New()).IsRemoved);
        await new DemoSwitch(New()).SetRemovedAsync(true, Stop);
        _file.Reopen();
        var choice = new DemoSwitch(New());
        Assert.True(choice.IsRemoved);
        await choice.SetRemovedAsync(false, Stop);
        Assert.False(choice.IsRemoved);
    }

    [Fact]
    public async Task Trouble_is_told_when_it_begins_and_when_it_is_over()
    {
        var told = 0;
        _file.Database.TroubleChanged += () => told++;
        using (var other = Database.Open(_file.Path, [], new LogLines<Database>()))
        {
            await _file.Database.WriteAsync(s => s.Command("PRAGMA busy_timeout = 1").ExecuteScalar(), Stop);
            using var holding = new ManualResetEventSlim();
            using var held = new ManualResetEventSlim();
            var hold = other.WriteAsync(
                _ =>
                {
                    held.Set();
                    holding.Wait(Stop);
                    return 0;
                },
                Stop);
            held.Wait(Stop);
            var failure = await Assert.ThrowsAsync<StorageException>(() => New().SetAsync("colour", "red", Stop));
            Assert.Equal((StorageFault.Busy, 1), (failure.Fault, told));
            Assert.Equal(failure.Message, _file.Database.Trouble);
            holding.Set();
            await hold;
        }
        await _file.Database.ProbeAsync(Stop);
        Assert.Equal((null, 2), (_file.Database.Trouble, told));
    }

    private HubSettings New() => new(_file.Database, _log);
}
