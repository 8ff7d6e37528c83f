using System.Text.Json;
using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>The overview in a real browser, against a real hub with made-up devices.</summary>
public sealed class OverviewTests() : PageTest("drivers.fake.interval=500ms")
{
    private const string Hostile = "<img src=x onerror=\"window.hacked=1\">";

    private static readonly LocatorWaitForOptions Shortly = new() { Timeout = 20_000 };

    [Fact]
    public async Task A_device_is_renamed_and_placed_in_one_tab_and_another_follows_as_it_does_the_undo()
    {
        var here = await Browser.OpenAsync(Hub);
        var there = await Browser.OpenAsync(Hub, width: 390);
        await Tile(there, "Garden temperature").WaitForAsync(Shortly);
        await EditAsync(here, "Garden temperature", "Terrace", room: "Outside");
        await here.GetByText("“\u2068Terrace\u2069” was changed.").WaitForAsync(Shortly);
        await Tile(there, "Terrace").WaitForAsync(Shortly);
        await there.GetByRole(AriaRole.Heading, new() { Name = "Outside" }).WaitForAsync(Shortly);

        await here.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        foreach (var page in (IPage[])[here, there])
        {
            await Tile(page, "Garden temperature").WaitForAsync(Shortly);
            Assert.Equal(0, await page.GetByRole(AriaRole.Heading, new() { Name = "Outside" }).CountAsync());
        }
        // Taken back, not written over: the driver's words count again.
        using var device = JsonDocument.Parse(await here.EvaluateAsync<string>(
            "fetch('/api/devices/localhost.fake.garden').then(r => r.text())"));
        Assert.Equal(0, device.RootElement.GetProperty("edited").GetArrayLength());
    }

    [Fact]
    public async Task What_the_hub_does_not_take_is_told_at_its_field()
    {
        var page = await Browser.OpenAsync(Hub);
        await EditAsync(page, "Hall lamp", "Lamp", kind: "Two Words");
        await page.GetByText("Not like this: a word of 1 to 40 lower-case letters, digits, '-' or '_'").WaitForAsync(Shortly);
        Assert.Equal("Kind", await page.EvaluateAsync<string>("document.activeElement.labels[0].textContent"));
        await page.Keyboard.PressAsync("Escape");
        await Tile(page, "Hall lamp").GetByRole(AriaRole.Switch).WaitForAsync(Shortly);
    }

    [Fact]
    public async Task A_switch_and_a_dimmer_set_the_device_and_follow_it()
    {
        var page = await Browser.OpenAsync(Hub);
        var lamp = Tile(page, "Hall lamp").GetByRole(AriaRole.Switch);
        await lamp.ClickAsync();
        await Assertions.Expect(lamp).ToBeCheckedAsync();
        await Assertions.Expect(lamp).ToHaveAttributeAsync("aria-busy", "false");
        Assert.Equal("true\n", (await Hub.RunToEndAsync("get", "/device/localhost.fake.hall/on")).Output);

        var dimmer = Tile(page, "Living room lamp").GetByRole(AriaRole.Slider);
        var box = await dimmer.BoundingBoxAsync() ?? throw new InvalidOperationException("The slider is not drawn.");
        await page.Mouse.MoveAsync(box.X + 10, box.Y + (box.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.75f), box.Y + (box.Height / 2), new() { Steps = 60 });
        await page.Mouse.UpAsync();
        var shown = await dimmer.InputValueAsync();
        Assert.InRange(int.Parse(shown, System.Globalization.CultureInfo.InvariantCulture), 60, 90);
        await Assertions.Expect(dimmer).ToHaveJSPropertyAsync("value", shown);
        await page.WaitForFunctionAsync(
            "async value => (await (await fetch('/api/values/device/localhost.fake.livingroom/brightness')).json()).value == value", shown);
        await dimmer.PressAsync("Home");
        await page.WaitForFunctionAsync(
            "async () => (await (await fetch('/api/values/device/localhost.fake.livingroom/brightness')).json()).value === 0");

        await Hub.RunToEndAsync("set", "/device/localhost.fake.livingroom/brightness", "35");
        await Assertions.Expect(dimmer).ToHaveValueAsync("35");
        await Hub.RunToEndAsync("set", "/device/localhost.fake.hall/on", "false");
        await Assertions.Expect(lamp).Not.ToBeCheckedAsync();
    }

    [Fact]
    public async Task Stale_offline_and_made_up_are_told_apart()
    {
        await Hub.RunToEndAsync("set", "/device/attic.lab.oven/temperature", "180");
        await RecordedAsync("/device/attic.lab.oven/temperature");
        await Hub.StopAsync();
        await Hub.StartAgainAsync();
        var page = await Browser.OpenAsync(Hub);
        // Remembered, and nobody speaks for it any more.
        await Tile(page, "attic.lab.oven").GetByText("offline", new() { Exact = true }).WaitForAsync(Shortly);
        await Tile(page, "Garden temperature").GetByText("Demo", new() { Exact = true }).WaitForAsync(Shortly);
        Assert.Equal(0, (await Hub.RunToEndAsync("call", "fake.fault", """["garden/temperature", "silence", 60]""")).Code);
        await Tile(page, "Garden temperature").GetByText("stale", new() { Exact = true }).WaitForAsync(Shortly);
        Assert.Equal(0, await Tile(page, "Processor").GetByText("Demo", new() { Exact = true }).CountAsync());
        await page.WaitForFunctionAsync("document.querySelector('article img').naturalWidth > 0");
    }

    [Fact]
    public async Task Everything_is_reached_by_the_keyboard_alone()
    {
        var page = await Browser.OpenAsync(Hub);
        await Tile(page, "Hall lamp").WaitForAsync(Shortly);
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("hall");
        await Assertions.Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);
        await page.WaitForURLAsync("**/?search=hall");
        await TabToAsync(page, "switch");
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(Tile(page, "Hall lamp").GetByRole(AriaRole.Switch)).ToBeCheckedAsync();
        await page.Keyboard.PressAsync("F2");
        await page.Keyboard.TypeAsync("Entrance");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("“\u2068Hall lamp\u2069” is called “\u2068Entrance\u2069” now.").WaitForAsync(Shortly);
        await page.Keyboard.PressAsync("Control+z");
        await Tile(page, "Hall lamp").WaitForAsync(Shortly);
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("hall");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.PressAsync("Escape");
        await Tile(page, "Processor").WaitForAsync(Shortly);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Hostile_names_stay_text_and_everybody_can_use_the_form(ColorScheme scheme, int width)
    {
        var errors = new List<string>();
        var page = await Browser.OpenAsync(Hub, errors, scheme, width);
        await EditAsync(page, "Hall lamp", Hostile, room: Hostile);
        await Tile(page, Hostile).WaitForAsync(Shortly);
        await page.GetByRole(AriaRole.Heading, new() { Name = Hostile }).First.WaitForAsync(Shortly);
        await Hub.RunToEndAsync("set", $"/device/{Hostile.Replace("/", "", StringComparison.Ordinal)}/{Hostile}", $"\"{Hostile}\"");
        await Hub.RunToEndAsync("set", "/device/trap/still", "\"data:image/svg+xml;base64,PHN2Zz4=\"");
        await Tile(page, "trap").GetByText("data:image/svg+xml").WaitForAsync(Shortly);
        await Tile(page, Hostile).First.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await ForEverybody.CheckAsync(page);
        Assert.True(await page.EvaluateAsync<bool>(
            "window.hacked === undefined && [...document.images].every(i => i.src.startsWith('data:image/png;base64,'))"));
        Assert.Empty(errors);
    }

    private static ILocator Tile(IPage page, string title) => page.GetByRole(AriaRole.Article, new() { Name = title, Exact = true });

    private static async Task EditAsync(IPage page, string device, string name, string? room = null, string? kind = null)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Edit {device}", Exact = true }).ClickAsync(new() { Timeout = 20_000 });
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync(name);
        if (room is not null) await page.GetByLabel("Room", new() { Exact = true }).FillAsync(room);
        if (kind is not null) await page.GetByLabel("Kind", new() { Exact = true }).FillAsync(kind);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task TabToAsync(IPage page, string role)
    {
        for (var i = 0; i < 60; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string?>("document.activeElement.getAttribute('role')") == role) return;
        }
        Assert.Fail($"No {role} is reached by Tab.");
    }

    // What is on disk is remembered after the next start.
    private async Task RecordedAsync(string key)
    {
        for (var i = 0; i < 200; i++)
        {
            if ((await Hub.RunToEndAsync("history", key)).Output.Contains("180", StringComparison.Ordinal)) return;
        }
        Assert.Fail($"{key} is not recorded.");
    }
}
