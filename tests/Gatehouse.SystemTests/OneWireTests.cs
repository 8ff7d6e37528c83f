using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>The hub as a process reads thermometers that are files and links, as the kernel makes them.</summary>
public sealed class OneWireTests : IAsyncLifetime
{
    private const string Cellar = "28-0316a2794bff", Attic = "28-0000066a1b2c", Mute = "22-000000000001";
    private const string Plain = "72 01 4b 46 7f ff 0e 10 57 : crc=57 YES\n72 01 4b 46 7f ff 0e 10 57 t=23125\n";
    private const string Cold = "5e ff 4b 46 7f ff 02 10 b6 : crc=b6 YES\n5e ff 4b 46 7f ff 02 10 b6 t=-10125\n";
    private const string Damaged = "5e ff 4b 46 7f ff 02 11 b6 : crc=c1 NO\n5e ff 4b 46 7f ff 02 10 b6 t=-10125\n";

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly string _root = Directory.CreateTempSubdirectory("gatehouse-w1-").FullName;
    private HubRunner _hub = null!;
    private HttpClient _http = null!;

    private string Bus => Path.Combine(_root, "bus", "w1", "devices");

    public async ValueTask InitializeAsync()
    {
        _hub = await HubRunner.StartAsync(
        [
            "drivers.system.enabled=false", "drivers.fake.enabled=false",
            $"drivers.oneWire.path={Bus}", "drivers.oneWire.interval=200ms", "drivers.oneWire.patience=500ms",
        ]);
        _http = _hub.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _hub.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Thermometers_come_and_go_as_they_are_plugged_and_unplugged()
    {
        await UntilAsync("/hub/driver/onewire/state", e => Text(e).StartsWith("there is no directory", StringComparison.Ordinal));
        Plug(Cellar, Plain);
        await UntilAsync(KeyOf(Cellar), e => Number(e) == 23.125 && Quality(e) == "good");
        await UntilAsync("/hub/driver/onewire/state", e => Text(e) == "reading");
        var device = Assert.Single((await _http.GetFromJsonAsync<JsonElement>("/api/devices", _stop)).EnumerateArray());
        Assert.Equal(
            ($"localhost.onewire.{Cellar}", "sensor.temperature", "thermometer"),
            (device.GetProperty("name").GetString(), device.GetProperty("oid").GetString(), device.GetProperty("kind").GetString()));

        Plug(Attic, Cold, bus: 2);
        await UntilAsync(KeyOf(Attic), e => Number(e) == -10.125);
        Unplug(Cellar);
        await UntilAsync(KeyOf(Cellar), e => Number(e) == 23.125 && Quality(e) == "stale");
        Plug(Cellar, Cold);
        await UntilAsync(KeyOf(Cellar), e => Number(e) == -10.125 && Quality(e) == "good");
    }

    [Fact]
    public async Task Old_data_beside_a_wrong_checksum_never_shows_and_the_value_goes_stale()
    {
        Plug(Cellar, Plain);
        await UntilAsync(KeyOf(Cellar), e => Number(e) == 23.125);
        Write(Cellar, Damaged);
        await UntilAsync(KeyOf(Cellar), e =>
        {
            Assert.Equal(23.125, Number(e));
            return Quality(e) == "stale";
        });
        await UntilAsync("/hub/driver/onewire/rejected", e => Number(e) > 1);
        await _hub.Process.ErrorLineAsync(l => l.Contains($"Thermometer {Cellar} gives no good reading", StringComparison.Ordinal));
        Write(Cellar, Cold);
        await UntilAsync(KeyOf(Cellar), e => Number(e) == -10.125 && Quality(e) == "good");
    }

    [Fact]
    public async Task One_that_never_answers_holds_up_neither_the_others_nor_the_hub()
    {
        Directory.CreateDirectory(FolderOf(Mute, 1));
        var pipe = Path.Combine(FolderOf(Mute, 1), "w1_slave");
        using (var mkfifo = Process.Start("mkfifo", pipe)) await mkfifo.WaitForExitAsync(_stop);
        Link(Mute, 1);
        Plug(Cellar, Plain);
        Plug(Attic, Plain, bus: 2);
        await UntilAsync("/hub/driver/onewire/hung", e => Number(e) == 1);
        foreach (var id in (string[])[Cellar, Attic])
        {
            Write(id, Cold, id == Attic ? 2 : 1);
            await UntilAsync(KeyOf(id), e => Number(e) == -10.125 && Quality(e) == "good");
        }
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/values{KeyOf(Mute)}", _stop)).StatusCode);
        await File.WriteAllTextAsync(pipe, Plain, _stop);
        await UntilAsync(KeyOf(Mute), e => Number(e) == 23.125);
        Assert.Equal(0, (await _hub.StopAsync()).Code);
    }

    private static string KeyOf(string id) => $"/device/localhost.onewire.{id}/temperature";

    private static double Number(JsonElement entry) => entry.GetProperty("value").GetDouble();

    private static string Text(JsonElement entry) => entry.GetProperty("value").GetString()!;

    private static string Quality(JsonElement entry) => entry.GetProperty("quality").GetString()!;

    private string FolderOf(string id, int bus) => Path.Combine(_root, "devices", $"w1_bus_master{bus}", id);

    private void Plug(string id, string text, int bus = 1)
    {
        Directory.CreateDirectory(FolderOf(id, bus));
        Write(id, text, bus);
        Link(id, bus);
    }

    private void Unplug(string id, int bus = 1)
    {
        Directory.Delete(Path.Combine(Bus, id));
        Directory.Delete(FolderOf(id, bus), recursive: true);
    }

    private void Write(string id, string text, int bus = 1)
    {
        var file = Path.Combine(FolderOf(id, bus), "w1_slave");
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    private void Link(string id, int bus)
    {
        Directory.CreateDirectory(Bus);
        Directory.CreateSymbolicLink(Path.Combine(Bus, id), $"../../../devices/w1_bus_master{bus}/{id}");
    }

    private async Task UntilAsync(string key, Func<JsonElement, bool> wanted)
    {
        var start = TimeProvider.System.GetTimestamp();
        var last = "nothing";
        while (TimeProvider.System.GetElapsedTime(start) < ChildProcess.Patience)
        {
            using var answer = await _http.GetAsync($"/api/values{key}", _stop);
            if (answer.IsSuccessStatusCode)
            {
                var entry = await answer.Content.ReadFromJsonAsync<JsonElement>(_stop);
                if (wanted(entry)) return;
                last = entry.GetRawText();
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, _stop);
        }
        Assert.Fail($"{key} is not what was waited for; last it was {last}\n{_hub.Process.Error}");
    }
}
