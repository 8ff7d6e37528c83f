using Gatehouse.Sdk;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Hub;

public sealed class HubClientTests : IAsyncLifetime
{
    private static readonly Key Lamp = Key.Parse("/lab/lamp");

    private TestHub _hub = null!;
    private HubClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _hub = await TestHub.StartAsync();
        _client = new HubClient(_hub.Address, token: _hub.Token);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _hub.DisposeAsync();
    }

    [Theory]
    [InlineData("/robot/g/a%2Fb/t")]
    [InlineData("/robot/g/a%2fb/t")]
    [InlineData("/robot/g/a%252Fb/t")]
    [InlineData("/a/ä b?c#d")]
    [InlineData("/a/50%25")]
    [InlineData("/a/50%")]
    [InlineData("/a/%")]
    [InlineData("/a/b&c=d+e;f,g@h:i[j]{k}|l\\m\"n'o")]
    [InlineData("/日本/😀/..b/c.")]
    [InlineData("/a/tab\tline\nend\u007f")]
    public async Task A_key_reaches_the_hub_as_it_is(string text)
    {
        var key = Key.Parse(text);
        Assert.Equal(key, (await _client.SetAsync(key, Value.From(47), stop: Stop))!.Key);
        Assert.Equal(47, _hub.Tree.Get(text)!.Value.TryGetInteger(out var number) ? number : 0);
        Assert.Equal(key, (await _client.GetAsync(key, Stop))!.Key);
        Assert.Equal(key, Assert.Single((await _client.ListAsync([text], Stop)).Entries).Key);
        Assert.True(await _client.RemoveAsync(key, stop: Stop));
        Assert.Null(await _client.GetAsync(key, Stop));
    }

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("/a/.")]
    public async Task A_key_that_no_address_can_carry_is_refused_before_it_is_sent(string text) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetAsync(Key.Parse(text), Stop));

    [Fact]
    public async Task A_value_is_set_with_all_that_is_said_of_it()
    {
        var time = new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Unspecified);
        var set = await _client.SetAsync(Lamp, Value.FromText("21.50"), time, Quality.Suspect, TimeSpan.FromHours(1), expected: 0, Stop);
        var got = await _client.GetAsync(Lamp, Stop);
        foreach (var entry in (Entry[])[set!, got!])
        {
            Assert.Equal(("21.50", DateTime.SpecifyKind(time, DateTimeKind.Utc), Quality.Suspect, "http 127.0.0.1"),
                (entry.Value.ToString(), entry.Time, entry.Quality, entry.Origin.Text));
        }
    }

    [Fact]
    public async Task A_local_time_arrives_as_the_same_moment()
    {
        var local = new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc).ToLocalTime();
        Assert.Equal(local.ToUniversalTime(), (await _client.SetAsync(Lamp, Value.From(1), local, stop: Stop))!.Time);
    }

    [Fact]
    public async Task Not_a_number_arrives_as_a_suspect_null()
    {
        var entry = await _client.SetAsync(Lamp, Value.From(double.NaN), stop: Stop);
        Assert.Equal((ValueKind.Null, Quality.Suspect), (entry!.Value.Kind, entry.Quality));
    }

    [Fact]
    public async Task A_value_that_is_not_the_expected_one_stays()
    {
        var first = await _client.SetAsync(Lamp, Value.From("on"), stop: Stop);
        var refused = await Assert.ThrowsAsync<HubRefusedException>(
            () => _client.SetAsync(Lamp, Value.From("off"), expected: first!.Sequence + 1, stop: Stop));
        Assert.Equal((412, false), (refused.Status, refused.IsTransient));
        Assert.Contains($"its number is {first!.Sequence} now", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<HubRefusedException>(() => _client.RemoveAsync(Lamp, first.Sequence + 1, Stop));
        Assert.Equal(412, refused.Status);
        Assert.True(await _client.RemoveAsync(Lamp, first.Sequence, Stop));
        Assert.False(await _client.RemoveAsync(Lamp, stop: Stop));
    }

    [Fact]
    public async Task A_read_only_value_is_refused_with_the_hubs_words()
    {
        var refused = await Assert.ThrowsAsync<HubRefusedException>(() => _client.SetAsync(Key.Parse("/hub/x"), Value.From(1), stop: Stop));
        Assert.Equal((405, "Read-only"), (refused.Status, refused.Title));
        Assert.Contains("cannot be written", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_tells_the_place_to_watch_from()
    {
        await _client.SetAsync(Lamp, Value.From("on"), stop: Stop);
        var list = await _client.ListAsync(["/lab/", "/none/"], Stop);
        Assert.Equal(Lamp, Assert.Single(list.Entries).Key);
        await _client.SetAsync(Lamp, Value.From("off"), stop: Stop);
        await foreach (var news in _client.WatchAsync(["/lab/"], list.Id, stop: Stop))
        {
            Assert.Equal((HubEventKind.Change, "off"), (news.Kind, Assert.Single(news.Entries).Value.ToString()));
            break;
        }
        Assert.NotEmpty((await _client.ListAsync([], Stop)).Entries);
        await Assert.ThrowsAsync<KeyFormatException>(() => _client.ListAsync(["lab"], Stop));
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("robot.g.arm.move/to")]
    [InlineData("50% of ä?#")]
    public async Task A_call_takes_frames_and_returns_frames(string name)
    {
        using var offer = _hub.Services.Offer(
            ServiceName.Parse(name), new InlineOwner("test", call => Reply.Ok(call.Frames)), new ServiceInfo { Summary = "Echo." });
        Value[] frames = [Value.From("text"), Value.From(4.5), Value.FromBytes([0xff, 0]), Value.FromJson("{\"a\":[1]}"u8)];
        Assert.Equal(frames, await _client.CallAsync(name, frames, TimeSpan.FromSeconds(2.5), Stop));
        Assert.Equal([Value.From("x"), Value.From(1)], await _client.CallJsonAsync(name, "[\"x\", 1]"u8.ToArray(), stop: Stop));
        Assert.Equal([Value.FromJson("{\"x\": 1}"u8)], await _client.CallJsonAsync(name, "{\"x\": 1}"u8.ToArray(), stop: Stop));
        Assert.Empty(await _client.CallJsonAsync(name, default, stop: Stop));
        Assert.Empty(await _client.CallAsync(name, [], stop: Stop));
    }

    [Fact]
    public async Task A_call_that_fails_says_how()
    {
        using var offer = _hub.Services.Offer(
            ServiceName.Parse("jam"), new InlineOwner("test", _ => Reply.Failed("out of paper")), new ServiceInfo { Summary = "Fails." });
        var failed = await Assert.ThrowsAsync<HubRefusedException>(() => _client.CallAsync("jam", [], stop: Stop));
        Assert.Equal((502, "Failed: out of paper", true), (failed.Status, failed.Message, failed.IsTransient));
        Assert.Equal(404, (await Assert.ThrowsAsync<HubRefusedException>(() => _client.CallAsync("nobody", [], stop: Stop))).Status);
        await Assert.ThrowsAsync<ArgumentException>(() => _client.CallAsync("../healthz", [], stop: Stop));
    }

    [Fact]
    public async Task Services_and_devices_are_listed()
    {
        using var presence = _hub.Devices.Announce(new DeviceInfo
        {
            Name = "localhost.test.oven",
            Title = "Oven",
            Kind = "oven",
            Properties = new Dictionary<string, PropertyInfo> { ["t"] = new() { Title = "T", Unit = "°C", Type = "real", Interval = 2 } },
        });
        var info = Assert.Single(await _client.ServicesAsync(Stop), s => s.Name == "hub.info");
        Assert.Equal(("hub", true, true), (info.Owner, info.Inline, info.Idempotent));
        var oven = Assert.Single(await _client.Devices.ListAsync(Stop), d => d.Name == "localhost.test.oven");
        Assert.Equal(("Oven", "°C", 2.0), (oven.Title, oven.Properties["t"].Unit, oven.Properties["t"].Interval));
    }

    [Fact]
    public async Task A_device_is_declared_edited_and_removed()
    {
        var device = await _client.Devices.CreateAsync(DeviceConfig.For("dimmer", "a b 50%").Utf8, Stop);
        Assert.Equal("localhost.declared.a b 50%25", device.Name);
        Assert.Equal("dimmer", (await _client.Devices.GetAsync(device.Name, Stop))!.Oid);
        var edited = await _client.Devices.EditAsync(
            device.Name, [new("title", "Lamp"), new("unit", "", "level"), new("maximum", 50, "level"), new("title", "L", "level")], Stop);
        Assert.Equal(("Lamp", "L", null, 50d), (
            edited!.Title, edited.Properties["level"].Title, edited.Properties["level"].Unit, edited.Properties["level"].Maximum));
        Assert.Equal("a b 50%", (await _client.Devices.EditAsync(device.Name, [new("title", default)], Stop))!.Title);
        await _client.SetAsync(Key.Parse($"/device/{device.Name}/level"), 40, stop: Stop);
        var field = Assert.Single((await _client.Devices.FormAsync(device.Name, Stop))!.Fields);
        Assert.Equal((FormControl.Number, 40, 50d), (field.Control, field.Value, field.Maximum));
        Assert.Null(await _client.Devices.FormAsync("none", Stop));
        var refusal = await Assert.ThrowsAsync<HubRefusedException>(() => _client.Devices.CreateAsync("{}"u8.ToArray(), Stop));
        Assert.Equal((400, true), (refusal.Status, refusal.Message.Contains("oid: it is missing", StringComparison.Ordinal)));
        Assert.True(await _client.Devices.RemoveAsync(device.Name, Stop));
        Assert.False(await _client.Devices.RemoveAsync(device.Name, Stop));
        Assert.Null(await _client.Devices.GetAsync(device.Name, Stop));
        Assert.Equal(404, (await Assert.ThrowsAsync<HubRefusedException>(() => _client.Devices.EditAsync("none", [], Stop))).Status);
        await Assert.ThrowsAsync<ArgumentException>(() => _client.Devices.GetAsync("", Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.Devices.RemoveAsync("..", Stop));
    }

    [Fact]
    public async Task A_hub_is_ready_until_it_goes()
    {
        Assert.True(await _client.IsReadyAsync(Stop));
        _hub.Get<Gatehouse.Runtime.Readiness>().BeginToStop();
        Assert.False(await _client.IsReadyAsync(Stop));
    }

    [Fact]
    public async Task A_watch_goes_on_from_snapshot_to_changes()
    {
        await _client.SetAsync(Lamp, Value.From("on"), stop: Stop);
        var links = new List<HubLink>();
        await using var watch = _client.WatchAsync(["/lab/"], linkChanged: links.Add, stop: Stop).GetAsyncEnumerator(Stop);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal((HubEventKind.Snapshot, "on"), (watch.Current.Kind, Assert.Single(watch.Current.Entries).Value.ToString()));
        await _client.RemoveAsync(Lamp, stop: Stop);
        Assert.True(await watch.MoveNextAsync());
        Assert.True(Assert.Single(watch.Current.Entries).Removed);
        Assert.True(Assert.Single(links).IsUp);
    }

    [Fact]
    public void An_address_that_is_none_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new HubClient(new Uri("ftp://localhost")));
        Assert.Throws<ArgumentException>(() => new HubClient(new Uri("api", UriKind.Relative)));
        using var client = new HubClient(new Uri("http://localhost:8080/gate?x=1"));
        Assert.Equal("http://localhost:8080/gate/", client.Address.ToString());
    }
}
