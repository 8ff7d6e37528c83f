using Gatehouse.Sdk.Devices;

namespace Gatehouse.Tests.Sdk.Devices;

public sealed class DeviceTemplateTests
{
    [Theory]
    [InlineData("""{}""", DeviceRule.Required, "side", "it is missing: a text")]
    [InlineData("""{"side":null}""", DeviceRule.Required, "side", "it is missing: a text")]
    [InlineData("""{"side":"up"}""", DeviceRule.Choice, "side", "'up' is not one of left, right")]
    [InlineData("""{"side":"left","height":"1"}""", DeviceRule.Type, "height", "'1' is not a finite number")]
    [InlineData("""{"side":"left","height":0.25}""", DeviceRule.Range, "height", "0.25 is not from 0.5 to 3")]
    [InlineData("""{"side":"left","height":3.5}""", DeviceRule.Range, "height", "3.5 is not from 0.5 to 3")]
    [InlineData("""{"side":"left","lamps":256}""", DeviceRule.Range, "lamps", "256 is not from 0 to 255")]
    [InlineData("""{"side":"left","lamps":1.0}""", DeviceRule.Type, "lamps", "1.0 is not an integer from 0 to 255")]
    [InlineData("""{"side":"left","lit":0}""", DeviceRule.Type, "lit", "0 is not true or false")]
    [InlineData("""{"side":"left","hours":0}""", DeviceRule.Type, "hours", "0 is not a schedule (a text, an array or an object)")]
    [InlineData("""{"side":"left","lane":0}""", DeviceRule.Range, "lane", "0 is not 1 or more")]
    [InlineData("""{"side":"left","lane":1.5}""", DeviceRule.Type, "lane", "1.5 is not an integer")]
    [InlineData("""{"side":"left","fee":9.75}""", DeviceRule.Range, "fee", "9.75 is not 9.5 or less")]
    [InlineData("""{"side":"left","owner":[]}""", DeviceRule.Type, "owner", "[] is not an object")]
    [InlineData("""{"side":"left","plate":"ABC"}""", DeviceRule.Pattern, "plate", "'ABC' is not a text that matches ^[A-Z]{2}$")]
    public void A_broken_rule_is_named_with_its_field(string members, DeviceRule rule, string field, string message)
    {
        var config = DeviceConfig.Parse(members).With("oid", "gate.barrier").With("name", "b");
        var problem = Assert.Single(DeviceSamples.Gate.Check(config));
        Assert.Equal((rule, field, message), (problem.Rule, problem.Field, problem.Message));
    }

    [Fact]
    public void What_keeps_the_rules_has_no_problem()
    {
        var config = DeviceConfig.Parse("""
            {"oid":"gate.barrier","name":"b","side":"right","height":0.5,"lamps":0,"lit":true,"hours":[],"lane":1,"fee":-1,"owner":{},
             "plate":"AB","room":null,"anything":[1]}
            """);
        Assert.Empty(DeviceSamples.Gate.Check(config));
        Assert.Empty(new Turnstile(config).Check(config));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Sensor")]
    [InlineData("sensor.")]
    [InlineData(".sensor")]
    [InlineData("sensor-a-b")]
    [InlineData("sensor-a.b")]
    [InlineData("sensor\n")]
    public void An_oid_is_a_dotted_path(string oid) => Assert.Throws<ArgumentException>(() => new DeviceTemplate(oid));

    [Fact]
    public void A_member_has_one_rule_and_the_own_commands_stay()
    {
        var rule = new MemberRule { Name = "a", Type = DeviceValueType.Int };
        Assert.Throws<ArgumentException>(() => new DeviceTemplate("x", [rule, rule]));
        Assert.Throws<ArgumentException>(() => new DeviceTemplate("x", commands: [new("poll", new())]));
    }

    [Fact]
    public void A_template_has_what_its_parent_has_and_may_say_it_anew()
    {
        var template = new DeviceTemplate(
            "sensor.humidity",
            [new() { Name = "unit", Type = DeviceValueType.List, Choices = ["%"], Title = "Unit" }],
            [new("humidity", new() { Access = PropertyAccess.Read })],
            DeviceTemplates.Sensor);
        Assert.Equal(DeviceTemplates.Sensor.Config.Select(rule => rule.Name), template.Config.Select(rule => rule.Name));
        Assert.Equal([.. DeviceTemplates.Sensor.Commands.Keys, "humidity"], template.Commands.Keys);
        Assert.Equal(DeviceRule.Choice, template.Check(DeviceConfig.For("sensor.humidity", "h").With("unit", "C")).Single().Rule);
    }

    [Fact]
    public void A_template_is_json()
    {
        var json = DeviceSamples.Json(DeviceSamples.Gate.WriteJson);
        Assert.Contains(
            """"side":{"type":"List","required":true,"choices":["left","right"]},"height":{"type":"Real","required":false,"""",
            json, StringComparison.Ordinal);
        Assert.Contains(""""plate":{"type":"Str","required":false,"pattern":"^[A-Z]{2}$"}"""", json, StringComparison.Ordinal);
        Assert.Contains(""""open":{"info":"Open","readonly":false,"writeonly":false,"datasource":null,"valuetype":"Bool"""", json,
            StringComparison.Ordinal);
    }
}
