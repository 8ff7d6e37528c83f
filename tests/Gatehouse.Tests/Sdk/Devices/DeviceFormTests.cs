using System.Text;
using System.Text.Json;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Devices;

public sealed class DeviceFormTests
{
    [Theory]
    [InlineData("boolean", PropertyAccess.ReadWrite, FormControl.Checkbox)]
    [InlineData("byte", PropertyAccess.ReadWrite, FormControl.Number)]
    [InlineData("integer", PropertyAccess.ReadWrite, FormControl.Number)]
    [InlineData("real", PropertyAccess.ReadWrite, FormControl.Number)]
    [InlineData("text", PropertyAccess.ReadWrite, FormControl.Text)]
    [InlineData("list", PropertyAccess.ReadWrite, FormControl.Select)]
    [InlineData("json", PropertyAccess.ReadWrite, FormControl.Fieldset)]
    [InlineData("schedule", PropertyAccess.ReadWrite, FormControl.Schedule)]
    [InlineData("boolean", PropertyAccess.Read, FormControl.Reading)]
    [InlineData("json", PropertyAccess.Read, FormControl.Reading)]
    [InlineData("boolean", PropertyAccess.Write, FormControl.Button)]
    [InlineData("real", PropertyAccess.Write, FormControl.Number)]
    [InlineData("something", PropertyAccess.ReadWrite, FormControl.Text)]
    public void A_property_has_its_control(string type, PropertyAccess access, FormControl control)
    {
        var field = FormField.Of("x", new() { Title = "X", Type = type, Access = access }, 5);
        Assert.Equal(("x", "X", control), (field.Name, field.Label, field.Control));
        Assert.Equal(access == PropertyAccess.Write, field.WriteOnly);
        Assert.Equal(access == PropertyAccess.Write ? Value.Null : 5, field.Value);
    }

    [Theory]
    [InlineData("integer", null, null, 1.0)]
    [InlineData("byte", 0.0, 10.0, 1.0)]
    [InlineData("real", null, null, 0.1)]
    [InlineData("real", 0.0, 1.0, 0.01)]
    [InlineData("real", -20.0, 60.0, 0.1)]
    [InlineData("real", 5.0, 5.0, 0.1)]
    [InlineData("text", null, null, null)]
    public void A_number_has_a_step_that_fits_its_range(string type, double? minimum, double? maximum, double? step)
    {
        var property = new PropertyInfo
        {
            Title = "X",
            Type = type,
            Minimum = minimum,
            Maximum = maximum,
            Access = PropertyAccess.ReadWrite,
        };
        Assert.Equal(step, FormField.Of("x", property).Step);
    }

    [Fact]
    public void A_byte_is_bounded_and_a_list_offers_its_choices()
    {
        var octet = FormField.Of("x", new() { Title = "X", Type = "byte", Access = PropertyAccess.ReadWrite });
        Assert.Equal((0, 255), (octet.Minimum, octet.Maximum));
        var list = new PropertyInfo { Title = "X", Type = "list", Access = PropertyAccess.ReadWrite };
        Assert.Equal([], FormField.Of("x", list).Choices!);
        Assert.Equal(["a"], FormField.Of("x", list with { Choices = ["a"] }).Choices!);
    }

    [Theory]
    [InlineData(PropertyAccess.Read, DataSource.Gauge, true)]
    [InlineData(PropertyAccess.ReadWrite, DataSource.Counter, true)]
    [InlineData(PropertyAccess.Write, DataSource.Gauge, false)]
    [InlineData(PropertyAccess.Read, null, false)]
    public void A_measurement_has_a_graph(PropertyAccess access, DataSource? source, bool graph) =>
        Assert.Equal(graph, FormField.Of("x", new() { Title = "X", Type = "real", Access = access, DataSource = source }).Graph);

    [Fact]
    public void An_object_is_a_fieldset_of_what_it_has()
    {
        var property = new PropertyInfo { Title = "X", Type = "json", Access = PropertyAccess.ReadWrite };
        var value = Value.FromText("""{"a":true,"b":1,"c":1.5,"d":"x","e":{"f":null},"g":[1]}""");
        var fields = FormField.Of("x", property, value).Fields!;
        Assert.Equal(
            [FormControl.Checkbox, FormControl.Number, FormControl.Number, FormControl.Text, FormControl.Fieldset, FormControl.Text],
            fields.Select(field => field.Control));
        Assert.Equal("f", Assert.Single(fields[4].Fields!).Name);
        Assert.Equal([], FormField.Of("x", property).Fields!);
    }

    [Fact]
    public void A_device_shows_its_commands_with_their_values()
    {
        var sensor = new TemperatureSensor(DeviceConfig.For("sensor.temperature", "hall").With("title", "Hall").With("shelf", 3));
        sensor.Set("temperature", 21.5);
        var form = DeviceForm.Of(sensor);
        Assert.Equal(("sensor.temperature", "Hall"), (form.Oid, form.Title));
        Assert.Equal(["commands", "config", "poll", "log", "reset", "temperature"], form.Fields.Select(field => field.Name));
        var temperature = form.Fields[^1];
        Assert.Equal((FormControl.Reading, true, 21.5), (temperature.Control, temperature.Graph, temperature.Value));
        Assert.Equal("°C", temperature.Unit);
        Assert.Equal(FormControl.Button, form.Fields[4].Control);
    }

    [Fact]
    public void Of_the_configuration_the_name_can_be_changed()
    {
        var fields = DeviceForm.Of(DeviceSamples.Make("sensor.wind")).Fields[1].Fields!;
        Assert.Equal(["oid", "name", "title", "room", "kind", "unit", "minimum", "maximum"], fields.Select(field => field.Name));
        Assert.Equal(["name"], fields.Where(field => field.Control != FormControl.Reading).Select(field => field.Name));
        Assert.Equal(("t1", "Name"), (fields[1].Value, fields[1].Label));
        Assert.Equal(("C", Value.Null), (fields[5].Value, fields[6].Value));
    }

    [Fact]
    public void A_device_of_the_hub_has_the_same_form_with_values_or_without()
    {
        var device = DeviceSamples.Make("dimmer");
        device.Set("level", 5);
        var own = DeviceForm.Of(device);
        var hubs = DeviceForm.Of(device.Describe("localhost", "x"));
        Assert.Equal((own.Oid, own.Title), (hubs.Oid, hubs.Title));
        Assert.Equal(own.Fields[^1] with { Value = default }, Assert.Single(hubs.Fields));
        var filled = DeviceForm.Of(device.Describe("localhost", "x"), name => name == "level" ? 5 : Value.Null);
        Assert.Equal(own.Fields[^1], Assert.Single(filled.Fields));
    }

    [Fact]
    public void A_type_has_a_form_for_the_description_of_its_devices()
    {
        var form = DeviceForm.Of(DeviceTemplates.Temperature);
        Assert.Equal("sensor.temperature", form.Oid);
        Assert.Equal(["oid", "name", "title", "room", "kind", "unit", "minimum", "maximum"], form.Fields.Select(field => field.Name));
        Assert.Equal(["oid", "name"], form.Fields.Where(field => field.Required).Select(field => field.Name));
        Assert.Equal((FormControl.Number, "real"), (form.Fields[^1].Control, form.Fields[^1].Type));
    }

    [Fact]
    public void A_form_is_json_both_ways()
    {
        var device = DeviceSamples.Make("dimmer");
        device.Set("level", 5);
        var form = DeviceForm.Of(device);
        var json = DeviceSamples.Json(form.WriteJson);
        Assert.Contains(
            """{"name":"level","label":"Level","control":"number","type":"byte","value":5,"step":1,"minimum":0,"maximum":100,"unit":"%"}""",
            json, StringComparison.Ordinal);
        Assert.Contains(
            """{"name":"log","label":"Log its values","control":"checkbox","type":"boolean","value":false}""", json,
            StringComparison.Ordinal);
        Assert.Equal(json, DeviceSamples.Json(DeviceForm.Parse(Encoding.UTF8.GetBytes(json)).WriteJson));
        Assert.Throws<JsonException>(() => DeviceForm.Parse("null"u8));
        Assert.Throws<JsonException>(() => DeviceForm.Parse(
            """{"title":"x","fields":[{"name":"a","label":"A","control":"text","value":"\ud800"}]}"""u8));
    }
}
