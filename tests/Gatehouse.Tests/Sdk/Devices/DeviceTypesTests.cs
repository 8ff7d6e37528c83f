using System.Text;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Devices;

namespace Gatehouse.Tests.Sdk.Devices;

public sealed class DeviceTypesTests
{
    private readonly DeviceTypes _types = new();

    [Fact]
    public void The_types_from_the_start_are_listed_by_oid() => Assert.Equal(
        ["dimmer", "media.camera", "media.tv", "sensor.number", "sensor.temperature", "sensor.wind", "switch"],
        _types.Templates.Select(template => template.Oid));

    [Fact]
    public void The_templates_of_categories_are_abstract() => Assert.Equal(
        [("base", true), ("sensor", true), ("media", true), ("switch", false)],
        ((DeviceTemplate[])[DeviceTemplates.Any, DeviceTemplates.Sensor, DeviceTemplates.Media, DeviceTemplates.Switch])
            .Select(template => (template.Oid, template.IsAbstract)));

    [Theory]
    [InlineData("""{"name":"t1"}""", DeviceRule.Required, "oid")]
    [InlineData("""{"oid":null,"name":"t1"}""", DeviceRule.Required, "oid")]
    [InlineData("""{"oid":5,"name":"t1"}""", DeviceRule.Type, "oid")]
    [InlineData("""{"oid":"switch"}""", DeviceRule.Required, "name")]
    [InlineData("""{"oid":"switch","name":["t1"]}""", DeviceRule.Type, "name")]
    [InlineData("""{"oid":"switch","name":" "}""", DeviceRule.Pattern, "name")]
    [InlineData("""{"oid":"sensor.humidity","name":"t1"}""", DeviceRule.KnownOid, "oid")]
    [InlineData("""{"oid":"base","name":"t1"}""", DeviceRule.ConcreteOid, "oid")]
    [InlineData("""{"oid":"sensor","name":"t1"}""", DeviceRule.ConcreteOid, "oid")]
    [InlineData("""{"oid":"media","name":"t1"}""", DeviceRule.ConcreteOid, "oid")]
    [InlineData("""["oid"]""", DeviceRule.Object, "")]
    [InlineData("", DeviceRule.Json, "")]
    public void A_wrong_device_is_refused_by_field_and_rule(string json, DeviceRule rule, string field)
    {
        Assert.False(_types.TryCreate(Encoding.UTF8.GetBytes(json), out var device, out var problems));
        Assert.Null(device);
        Assert.Equal((rule, field), Assert.Single(problems) is var p ? (p.Rule, p.Field) : default);
        Assert.Equal(problems, _types.Check(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(problems, Assert.Throws<DeviceFormatException>(() => _types.Create(json)).Problems);
    }

    [Fact]
    public void Problems_come_together_with_their_places_in_words()
    {
        var error = Assert.Throws<DeviceFormatException>(() => _types.Create("{\n  \"oid\": \"sensor\",\n  \"room\": 5}"));
        Assert.Equal(
            "The JSON is not taken: 2:10: oid: 'sensor' is a category, and no device can be made of it; known are dimmer, media.camera, "
                + "media.tv, sensor.number, sensor.temperature, sensor.wind, switch; 1:1: name: it is missing: a text; "
                + "3:11: room: 5 is not a text.",
            error.Message);
    }

    [Fact]
    public void A_type_of_somebodys_own_is_made()
    {
        _types.Register(DeviceSamples.Gate, config => new Turnstile(config));
        var device = _types.Create("""{"oid":"gate.barrier","name":"b","side":"left","height":1.10}""");
        Assert.IsType<Turnstile>(device);
        Assert.Contains("open", device.Commands.Keys);
        Assert.True(_types.TryGetTemplate("gate.barrier", out var template));
        Assert.Same(DeviceSamples.Gate, template);
        Assert.False(_types.TryGetTemplate("gate", out _));
        Assert.Throws<DeviceFormatException>(() => new DeviceTypes().Create("""{"oid":"gate.barrier","name":"b","side":"left"}"""));
    }

    [Fact]
    public void An_oid_is_registered_once()
    {
        _types.Register(DeviceSamples.Gate, config => new Turnstile(config));
        Assert.False(_types.TryRegister(DeviceSamples.Gate, config => new Turnstile(config)));
        var error = Assert.Throws<DeviceTypeTakenException>(() => _types.Register(DeviceSamples.Gate, config => new Turnstile(config)));
        Assert.Equal("gate.barrier", error.Oid);
        Assert.Throws<DeviceTypeTakenException>(() => _types.Register(DeviceTemplates.Switch, config => new Switch(config)));
        Assert.Throws<DeviceTypeTakenException>(() => _types.Register(new DeviceTemplate("sensor"), config => new Switch(config)));
    }

    [Fact]
    public void Nothing_cannot_be_registered()
    {
        Assert.Throws<ArgumentNullException>(() => _types.Register(null!, config => new Turnstile(config)));
        Assert.Throws<ArgumentNullException>(() => _types.Register(DeviceSamples.Gate, null!));
    }
}
