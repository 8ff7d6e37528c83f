using System.Text;
using System.Text.Json;
using Gatehouse.Parts;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Web;

public sealed class DevicesApiTests : IAsyncLifetime
{
    private const string Oven = "/api/devices/localhost.lab.oven";

    private TestHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_device_is_listed_got_and_edited()
    {
        using var presence = Announce();
        Assert.Equal(1, Json(await SendAsync(HttpMethod.Get, "/api/devices")).GetArrayLength());
        Assert.Equal("Oven", Json(await SendAsync(HttpMethod.Get, Oven)).GetProperty("title").GetString());
        var patched = await SendAsync(
            HttpMethod.Patch, Oven,
            """{"title": "Ofen", "room": "Küche", "properties": {"temperature": {"unit": "°C", "maximum": 250}}}""");
        Assert.Equal(200, patched.Status);
        Assert.Equal(patched.Body, (await SendAsync(HttpMethod.Get, Oven)).Body);
        var property = Json(patched).GetProperty("properties").GetProperty("temperature");
        Assert.Equal(
            ("Ofen", "Küche"), (Json(patched).GetProperty("title").GetString(), Json(patched).GetProperty("room").GetString()));
        Assert.Equal(("°C", 250), (property.GetProperty("unit").GetString(), property.GetProperty("maximum").GetInt32()));
        Assert.Equal(0, property.GetProperty("minimum").GetInt32());
        var back = await SendAsync(HttpMethod.Patch, Oven, """{"title": null}""");
        Assert.Equal("Oven", Json(back).GetProperty("title").GetString());
        Assert.Same(_hub.Devices, _hub.Get<IKeyCatalog>());
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a#b")]
    [InlineData("a\\tb")]
    [InlineData("a\\u0085b")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("\\u00a0a")]
    public async Task A_name_that_no_address_carries_well_is_refused(string name)
    {
        var answer = await SendAsync(HttpMethod.Post, "/api/devices", $$"""{"oid": "dimmer", "name": "{{name}}"}""");
        Assert.Equal(400, answer.Status);
        var error = Assert.Single(Json(answer).GetProperty("errors").EnumerateArray());
        Assert.Equal(("name", "value"), (error.GetProperty("field").GetString(), error.GetProperty("rule").GetString()));
        Assert.StartsWith("name: ", Json(answer).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, Json(await SendAsync(HttpMethod.Get, "/api/devices")).GetArrayLength());
    }

    [Theory]
    [InlineData("a b 50%")]
    [InlineData("...")]
    [InlineData("Wohnküche?")]
    public async Task Other_names_are_taken(string name) => Assert.Equal(
        201, (await SendAsync(HttpMethod.Post, "/api/devices", $$"""{"oid": "dimmer", "name": "{{name}}"}""")).Status);

    [Theory]
    [InlineData("""{"title": 5}""", "title", "value", "title: a text of 1 to 100 characters")]
    [InlineData("""{"properties": {"steam": {"unit": "%"}}}""", "properties.steam", "unknown", "properties.steam: the device has no such")]
    [InlineData("""{"properties": {"door": {"minimum": 2, "maximum": 1}}}""", "properties.door.minimum", "range", "properties.door.min")]
    [InlineData("nonsense", "", "json", "the body is not JSON")]
    public async Task A_wrong_patch_is_a_problem_that_names_field_and_rule_and_changes_nothing(
        string body, string field, string rule, string detail)
    {
        using var presence = Announce();
        var before = (await SendAsync(HttpMethod.Get, Oven)).Body;
        var answer = await SendAsync(HttpMethod.Patch, Oven, body);
        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.MediaType));
        var error = Assert.Single(Json(answer).GetProperty("errors").EnumerateArray());
        Assert.Equal((field, rule), (error.GetProperty("field").GetString(), error.GetProperty("rule").GetString()));
        Assert.StartsWith(detail, Json(answer).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, (await SendAsync(HttpMethod.Get, Oven)).Body);
    }

    [Fact]
    public async Task An_unknown_device_is_not_there()
    {
        Assert.Equal(404, (await SendAsync(HttpMethod.Get, "/api/devices/none")).Status);
        Assert.Equal(404, (await SendAsync(HttpMethod.Patch, "/api/devices/none", "{}")).Status);
        var removed = await SendAsync(HttpMethod.Delete, "/api/devices/none");
        Assert.Equal(404, removed.Status);
        Assert.Contains("there is no device 'none'; 'gatehouse devices' lists", removed.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_of_a_driver_cannot_be_removed()
    {
        using var presence = Announce();
        var answer = await SendAsync(HttpMethod.Delete, Oven);
        Assert.Equal(405, answer.Status);
        Assert.Contains("belongs to a driver", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_long_bodies_are_refused()
    {
        // The longer one is more than the server itself takes. It closes without reading it: so it is asked first.
        foreach (var body in (string[])[new(' ', 600_000), new(' ', 2_000_000)])
        {
            foreach (var (method, path) in new[] { (HttpMethod.Patch, Oven), (HttpMethod.Post, "/api/devices") })
            {
                var answer = await _hub.SendAsync(method, path, body, headers => headers.ExpectContinue = true);
                Assert.Equal(400, answer.Status);
                Assert.Contains("the body has more than 524288 bytes", answer.Body, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_declared_device_is_set_within_its_rules_and_removed_with_its_values()
    {
        var created = await SendAsync(
            HttpMethod.Post, "/api/devices", """{"oid": "dimmer", "name": "hall", "title": "Hall", "room": "Hall", "extra": [1]}""");
        Assert.Equal((201, "/api/devices/localhost.declared.hall"), (created.Status, created.Headers.Location?.ToString()));
        var device = Json(created);
        Assert.Equal(("localhost.declared.hall", "dimmer", "dimmer"), (
            device.GetProperty("name").GetString(), device.GetProperty("kind").GetString(), device.GetProperty("oid").GetString()));
        Assert.Equal(409, (await SendAsync(HttpMethod.Post, "/api/devices", """{"oid": "switch", "name": "hall"}""")).Status);

        Assert.Equal(200, (await SetAsync("level", """{"value": 40, "time": 1769860800, "quality": "suspect", "ttl": 500}""")).Status);
        var entry = _hub.Tree.Get("/device/localhost.declared.hall/level")!;
        Assert.Equal(("40", "http 127.0.0.1"), (entry.Value.ToString(), entry.Origin.Text));
        await RefusedAsync("level", "101", "level: 101 is not from 0 to 100");
        await RefusedAsync("level", "\"half\"", "level: 'half' is not an integer from 0 to 255");
        await RefusedAsync("colour", "1", "colour: localhost.declared.hall has no such property; it has level");
        var removal = await SendAsync(HttpMethod.Delete, "/api/values/device/localhost.declared.hall/level");
        Assert.Contains("level: it can be set, not removed", removal.Body, StringComparison.Ordinal);

        var edit = """{"properties": {"level": {"maximum": 30}}}""";
        Assert.Equal(200, (await SendAsync(HttpMethod.Patch, "/api/devices/localhost.declared.hall", edit)).Status);
        await RefusedAsync("level", "40", "level: 40 is not from 0 to 30");

        Assert.Equal(204, (await SendAsync(HttpMethod.Delete, "/api/devices/localhost.declared.hall")).Status);
        Assert.Null(_hub.Tree.Get("/device/localhost.declared.hall/level"));
        Assert.Equal(404, (await SendAsync(HttpMethod.Get, "/api/devices/localhost.declared.hall")).Status);
        Assert.Equal(404, (await SendAsync(HttpMethod.Patch, "/api/devices/localhost.declared.hall", "{}")).Status);
        Assert.Equal(201, (await SendAsync(HttpMethod.Post, "/api/devices", """{"oid": "dimmer", "name": "hall"}""")).Status);
        Assert.Equal(200, (await SetAsync("level", """{"value": 100}""")).Status);
    }

    [Theory]
    [InlineData("[]", "", "object")]
    [InlineData("""{"name": "x"}""", "oid", "required")]
    [InlineData("""{"oid": "spaceship", "name": "x"}""", "oid", "knownOid")]
    [InlineData("""{"oid": "sensor", "name": "x"}""", "oid", "concreteOid")]
    [InlineData("""{"oid": "switch", "name": "x", "kind": "Two Words"}""", "kind", "value")]
    [InlineData("""{"oid": "switch", "name": "x", "title": "a\nb"}""", "title", "value")]
    [InlineData("""{"oid": "sensor.temperature", "name": "x", "minimum": "low"}""", "minimum", "type")]
    [InlineData("""{"oid": "sensor.temperature", "name": "x", "minimum": 5, "maximum": 1}""", "minimum", "range")]
    public async Task A_declaration_that_breaks_its_template_is_a_problem(string body, string field, string rule)
    {
        var answer = await SendAsync(HttpMethod.Post, "/api/devices", body);
        Assert.Equal(400, answer.Status);
        var first = Json(answer).GetProperty("errors").EnumerateArray().First();
        Assert.Equal((field, rule), (first.GetProperty("field").GetString(), first.GetProperty("rule").GetString()));
        var message = first.GetProperty("message").GetString()!;
        Assert.EndsWith(message, Json(answer).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(_hub.Devices.List());
    }

    [Fact]
    public async Task A_name_that_makes_no_key_is_a_problem()
    {
        var answer = await SendAsync(HttpMethod.Post, "/api/devices", $$"""{"oid": "switch", "name": "{{new string('x', 300)}}"}""");
        Assert.Equal("key", Json(answer).GetProperty("errors")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task A_device_has_a_form_with_its_present_values_and_what_people_said()
    {
        using var presence = Announce();
        _hub.Tree.Set(new Change(_hub.Tree.Intern("/device/localhost.lab.oven/temperature"), 21.5), new Origin("test"));
        await SendAsync(HttpMethod.Patch, Oven, """{"title": "Ofen", "properties": {"temperature": {"unit": "°C"}}}""");
        var form = DeviceForm.Parse(Encoding.UTF8.GetBytes((await SendAsync(HttpMethod.Get, $"{Oven}/form")).Body));
        Assert.Equal("Ofen", form.Title);
        var field = Assert.Single(form.Fields, field => field.Name == "temperature");
        Assert.Equal((FormControl.Reading, 21.5, "°C", "real"), (field.Control, field.Value, field.Unit, field.Type));
        Assert.Equal(Value.Null, Assert.Single(form.Fields, f => f.Name == "door").Value);
        Assert.Equal(404, (await SendAsync(HttpMethod.Get, "/api/devices/none/form")).Status);
    }

    [Fact]
    public async Task A_declaration_is_read_back_as_it_was_sent_and_declares_again()
    {
        const string Sent = """{ "oid": "dimmer", "name": "hall", "own": [1, 2.50] }""";
        const string Hall = "/api/devices/localhost.declared.hall";
        await SendAsync(HttpMethod.Post, "/api/devices", Sent);
        var read = await SendAsync(HttpMethod.Get, $"{Hall}/declaration");
        Assert.Equal((200, Sent, "application/json"), (read.Status, read.Body, read.MediaType));
        await SendAsync(HttpMethod.Delete, Hall);
        Assert.Equal(404, (await SendAsync(HttpMethod.Get, $"{Hall}/declaration")).Status);
        Assert.Equal(201, (await SendAsync(HttpMethod.Post, "/api/devices", read.Body)).Status);
        using var presence = Announce();
        var drivers = await SendAsync(HttpMethod.Get, $"{Oven}/declaration");
        Assert.Equal(404, drivers.Status);
        Assert.Contains("nobody declared it", drivers.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_be_declared_is_listed_with_its_members()
    {
        var types = Json(await SendAsync(HttpMethod.Get, "/api/device-types")).EnumerateArray().ToList();
        Assert.Equal(_hub.Get<DeviceTypes>().Templates.Select(t => t.Oid), types.Select(t => t.GetProperty("oid").GetString()));
        var name = types[0].GetProperty("fields").EnumerateArray().Single(f => f.GetProperty("name").GetString() == "name");
        Assert.True(name.GetProperty("required").GetBoolean());
    }

    [Fact]
    public async Task The_description_of_the_interface_has_them()
    {
        var paths = Json(await SendAsync(HttpMethod.Get, "/openapi/v1.json")).GetProperty("paths");
        Assert.Equal(["get", "post"], paths.GetProperty("/api/devices").EnumerateObject().Select(o => o.Name).Order());
        Assert.Equal(["delete", "get", "patch"], paths.GetProperty("/api/devices/{name}").EnumerateObject().Select(o => o.Name).Order());
        foreach (var path in (string[])["/api/devices/{name}/form", "/api/devices/{name}/declaration", "/api/device-types"])
        {
            Assert.Equal(["get"], paths.GetProperty(path).EnumerateObject().Select(o => o.Name));
        }
        Assert.Contains(
            "maximum", paths.GetProperty("/api/devices/{name}").GetProperty("patch").GetProperty("requestBody").ToString()
            + Json(await SendAsync(HttpMethod.Get, "/openapi/v1.json")).GetProperty("components"), StringComparison.Ordinal);
    }

    private IDisposable Announce() => _hub.Devices.Announce(DriverFixture.Oven("localhost.lab.oven"));

    private Task<Answer> SendAsync(HttpMethod method, string path, string? body = null) => _hub.SendAsync(method, path, body);

    private Task<Answer> SetAsync(string property, string body) =>
        SendAsync(HttpMethod.Put, $"/api/values/device/localhost.declared.hall/{property}", body);

    private async Task RefusedAsync(string property, string value, string reason)
    {
        var answer = await SetAsync(property, $$"""{"value": {{value}}}""");
        Assert.Equal((400, reason), (answer.Status, Json(answer).GetProperty("detail").GetString()));
    }

    private static JsonElement Json(Answer answer) => JsonDocument.Parse(answer.Body).RootElement;
}
