using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>The page of one device in a real browser: setting, editing, adding, removing, and a hub that goes away under it.</summary>
public sealed class DevicePageTests() : PageTest("drivers.system.enabled=false", "drivers.fake.interval=1s")
{
    private const string Dimmer = "localhost.fake.livingroom";
    private const string Brightness = $"/device/{Dimmer}/brightness";

    [Fact]
    public async Task A_dimmer_is_set_by_number_and_slider_and_a_wrong_value_is_not_sent()
    {
        var errors = new List<string>();
        var page = await OpenAsync($"device/{Dimmer}", errors);
        var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Brightness (%)" });
        await input.FillAsync("40");
        await input.PressAsync("Enter");
        await page.GetByText("Set. The hub has confirmed it.").WaitForAsync();
        Assert.Equal("40\n", (await Hub.RunToEndAsync("get", Brightness)).Output);

        await input.FillAsync("101");
        await input.PressAsync("Enter");
        await page.GetByRole(AriaRole.Alert).GetByText("Enter a number from 0 to 100.").WaitForAsync();
        Assert.Equal("true", await input.GetAttributeAsync("aria-invalid"));
        await input.PressAsync("Escape");
        await Assertions.Expect(input).ToHaveValueAsync("40");
        Assert.Equal("40\n", (await Hub.RunToEndAsync("get", Brightness)).Output);

        await page.GetByRole(AriaRole.Slider, new() { Name = "Brightness" }).FillAsync("70");
        await Assertions.Expect(input).ToHaveValueAsync("70");
        await Assertions.Expect(page.GetByText("Set. The hub has confirmed it.")).ToBeVisibleAsync();
        Assert.Equal("70\n", (await Hub.RunToEndAsync("get", Brightness)).Output);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task What_the_hub_refuses_is_told_in_its_words_and_what_was_typed_stays()
    {
        // The page holds a form that is older than what the device takes.
        var page = await OpenAsync($"device/{Dimmer}", prepare: context => context.RouteAsync("**/form", async route =>
        {
            var form = await route.FetchAsync();
            await route.FulfillAsync(new()
            {
                Response = form,
                Body = (await form.TextAsync()).Replace("\"maximum\":100", "\"maximum\":500", StringComparison.Ordinal),
            });
        }));
        var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Brightness (%)" });
        await input.FillAsync("101");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).GetByText("brightness: a whole number from 0 to 100 %").WaitForAsync();
        await Assertions.Expect(input).ToHaveValueAsync("101");

        // News of the device is told, and does not take away what is being typed.
        await Hub.RunToEndAsync("set", Brightness, "12");
        await page.GetByText("The device itself says now: 12 %").WaitForAsync();
        await Assertions.Expect(input).ToHaveValueAsync("101");
    }

    [Fact]
    public async Task A_title_is_edited_undone_and_taken_back_by_keyboard_alone()
    {
        var page = await OpenAsync($"device/{Dimmer}");
        var heading = page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await RenameAsync(page, "Reading corner");
        await Assertions.Expect(heading).ToContainTextAsync("Reading corner");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Edit: Title", Exact = true })).ToBeFocusedAsync();
        Assert.Contains("Reading corner", (await Hub.RunToEndAsync("devices")).Output, StringComparison.Ordinal);

        await RenameAsync(page, "Window");
        await Assertions.Expect(heading).ToContainTextAsync("Window");
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(heading).ToContainTextAsync("Reading corner");

        await page.GetByRole(AriaRole.Button, new() { Name = "Edit: Title", Exact = true }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "As the driver says" }).PressAsync("Enter");
        await Assertions.Expect(heading).ToContainTextAsync("Living room lamp");
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(heading).ToContainTextAsync("Reading corner");
    }

    [Fact]
    public async Task What_the_hub_says_of_a_wrong_edit_stands_at_its_field()
    {
        var page = await OpenAsync("device/localhost.fake.garden");
        await page.GetByText("Details", new() { Exact = true }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit: Minimum" }).ClickAsync();
        var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Minimum" });
        await input.FillAsync("100");
        await input.PressAsync("Enter");
        await page.GetByRole(AriaRole.Alert).GetByText("the range would be from 100 to 60").WaitForAsync();
        await Assertions.Expect(input).ToBeFocusedAsync();
        await Assertions.Expect(input).ToHaveValueAsync("100");
        await input.PressAsync("Escape");
        await Assertions.Expect(input).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_device_is_added_switched_removed_and_brought_back_by_keyboard_alone()
    {
        const string Hostile = "<img src=x onerror='window.hacked=1'>";
        var page = await OpenAsync("devices/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add device" }).PressAsync("Enter");
        var name = page.GetByRole(AriaRole.Textbox, new() { Name = "Name" });
        await Assertions.Expect(name).ToBeFocusedAsync();
        await page.GetByText("This cannot be empty.").WaitForAsync();
        await page.Keyboard.TypeAsync("boiler");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(Hostile);
        await page.Keyboard.PressAsync("Enter");

        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).GetByText(Hostile).WaitForAsync();
        Assert.EndsWith("/device/localhost.declared.boiler", page.Url, StringComparison.Ordinal);
        var toggle = page.GetByRole(AriaRole.Switch, new() { Name = "On" });
        await toggle.PressAsync("Space");
        await Assertions.Expect(toggle).ToBeCheckedAsync();
        Assert.Equal("true\n", await ReadAsync("true"));
        await RenameAsync(page, "Boiler in the cellar");

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove…" }).PressAsync("Enter");
        await page.GetByText("Remove “Boiler in the cellar”?").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove device" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(new Regex("/$"));
        Assert.Equal(1, (await Hub.RunToEndAsync("get", "/device/localhost.declared.boiler/on")).Code);
        await page.Keyboard.PressAsync("Control+z");
        Assert.Equal("true\n", await ReadAsync("true"));
        await page.GotoAsync($"{Hub.Address}device/localhost.declared.boiler");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Boiler in the cellar" }).First.WaitForAsync();
        Assert.Equal(
            JsonValueKind.Undefined, (await page.EvaluateAsync("window.hacked ?? undefined"))?.ValueKind ?? JsonValueKind.Undefined);

        async Task<string> ReadAsync(string expected)
        {
            await using var watch = Hub.RunCommand("watch", "/device/localhost.declared.boiler/on");
            await watch.OutputLineAsync(line => line.Contains(expected, StringComparison.Ordinal));
            return (await Hub.RunToEndAsync("get", "/device/localhost.declared.boiler/on")).Output;
        }
    }

    [Fact]
    public async Task AHub_restarted_under_an_open_form_leaves_what_was_typed()
    {
        var page = await OpenAsync($"device/{Dimmer}");
        var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Brightness (%)" });
        await input.FillAsync("33");
        await Hub.KillAsync();
        await page.GetByText("The hub is away. What you typed stays here until it is back.").WaitForAsync();
        await Hub.StartAgainAsync();
        await page.GetByRole(AriaRole.Status).GetByText("Live", new() { Exact = true }).WaitForAsync(new() { Timeout = 20_000 });
        await Assertions.Expect(input).ToHaveValueAsync("33");
        await input.PressAsync("Enter");
        await page.GetByText("Set. The hub has confirmed it.").WaitForAsync();
        Assert.Equal("33\n", (await Hub.RunToEndAsync("get", Brightness)).Output);
    }

    [Fact]
    public async Task A_device_that_is_not_there_says_so_and_names_its_neighbours()
    {
        var page = await OpenAsync("device/localhost.fake.livingrom");
        await page.GetByRole(AriaRole.Heading, new() { Name = "No such device" }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Living room lamp" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Living room lamp" }).First.WaitForAsync();
        await page.GetByText("This device is made up.").WaitForAsync();
        await Hub.RunToEndAsync("call", "demo.remove");
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "No such device" }).WaitForAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280, $"device/{Dimmer}", "History")]
    [InlineData(ColorScheme.Dark, 360, $"device/{Dimmer}", "History")]
    [InlineData(ColorScheme.Dark, 1280, "devices/new", "Add a device by hand")]
    [InlineData(ColorScheme.Light, 360, "devices/new", "Add a device by hand")]
    public async Task It_can_be_used_by_everybody(ColorScheme scheme, int width, string path, string heading)
    {
        var page = await OpenAsync(path, scheme: scheme, width: width);
        await page.GetByRole(AriaRole.Heading, new() { Name = heading }).WaitForAsync();
        foreach (var details in await page.GetByText("Details", new() { Exact = true }).AllAsync()) await details.ClickAsync();
        await ForEverybody.CheckAsync(page);
    }

    private static async Task RenameAsync(IPage page, string title)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit: Title", Exact = true }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title", Exact = true }).FillAsync(title);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = title }).First.WaitForAsync();
    }

    private async Task<IPage> OpenAsync(
        string path, List<string>? errors = null, Func<IBrowserContext, Task>? prepare = null,
        ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var page = await Browser.OpenAsync(Hub, errors, scheme, width);
        await page.GetByRole(AriaRole.Status).GetByText("Live", new() { Exact = true }).WaitForAsync();
        if (prepare is not null) await prepare(page.Context);
        await page.GotoAsync(Hub.Address + path);
        return page;
    }
}
