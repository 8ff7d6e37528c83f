using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Devices;

public sealed class CommandTests
{
    [Fact]
    public void An_empty_object_has_the_defaults()
    {
        var command = Command.Parse("{}");
        Assert.Equal(("info", false, false), (command.Info, command.ReadOnly, command.WriteOnly));
        Assert.Equal((null, DeviceValueType.List, Value.Null), (command.DataSource, command.ValueType, command.Value));
        Assert.Equal(
            """{"info":"info","readonly":false,"writeonly":false,"datasource":null,"valuetype":"List","value":null}""",
            DeviceSamples.Json(command.WriteJson));
    }

    [Fact]
    public void Members_that_nobody_knows_are_written_as_they_came()
    {
        var json = """
            {"info":"Fan","readonly":false,"writeonly":true,"datasource":"COUNTER","valuetype":"Byte","value":1.50,"minimum":0,"maximum":3,
            "unit":"°","title":"Fan","choices":["a","b"],"zwave":{"class" : 37,"x":[1.00]},"a":1e400,"b":null}
            """.ReplaceLineEndings("");
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new System.Text.Json.Utf8JsonWriter(output, JsonStyle.Trusted)) Command.Parse(json).WriteJson(writer);
        Assert.Equal(json, Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(["zwave", "a", "b"], Command.Parse(json).Extra.Keys);
    }

    [Theory]
    [InlineData("""{"info":5}""", DeviceRule.Type, "info")]
    [InlineData("""{"readonly":"yes"}""", DeviceRule.Type, "readonly")]
    [InlineData("""{"readonly":true,"writeonly":true}""", DeviceRule.Access, "writeonly")]
    [InlineData("""{"datasource":"counter"}""", DeviceRule.Choice, "datasource")]
    [InlineData("""{"valuetype":"Float"}""", DeviceRule.Choice, "valuetype")]
    [InlineData("""{"valuetype":3}""", DeviceRule.Type, "valuetype")]
    [InlineData("""{"minimum":"1"}""", DeviceRule.Type, "minimum")]
    [InlineData("""{"maximum":1e999}""", DeviceRule.Type, "maximum")]
    [InlineData("""{"choices":"a"}""", DeviceRule.Type, "choices")]
    [InlineData("""{"choices":["a",5]}""", DeviceRule.Type, "choices")]
    [InlineData("""{"choices":["\ud800"]}""", DeviceRule.Type, "choices")]
    [InlineData("""{"choices":{"a":1}}""", DeviceRule.Type, "choices")]
    [InlineData("{", DeviceRule.Json, "")]
    public void A_wrong_command_is_refused_by_field_and_rule(string json, DeviceRule rule, string field)
    {
        Assert.False(Command.TryParse(Encoding.UTF8.GetBytes(json), out var command, out var problems));
        Assert.Null(command);
        Assert.Equal((rule, field), Assert.Single(problems) is var p ? (p.Rule, p.Field) : default);
        Assert.Throws<DeviceFormatException>(() => Command.Parse(json));
    }

    [Fact]
    public void Every_command_survives_a_round_trip() => Check.QuickThrowOnFailure(Prop.ForAll(Commands.ToArbitrary(), command =>
    {
        var json = DeviceSamples.Json(command.WriteJson);
        var read = Command.Parse(json);
        return json == DeviceSamples.Json(read.WriteJson)
            && (read with { Extra = command.Extra, Choices = command.Choices }) == command
            && (read.Choices ?? []).SequenceEqual(command.Choices ?? [])
            && read.Extra.SequenceEqual(command.Extra);
    }));

    [Theory]
    [InlineData(DeviceValueType.List, "list")]
    [InlineData(DeviceValueType.Bool, "boolean")]
    [InlineData(DeviceValueType.Byte, "byte")]
    [InlineData(DeviceValueType.Int, "integer")]
    [InlineData(DeviceValueType.Real, "real")]
    [InlineData(DeviceValueType.Str, "text")]
    [InlineData(DeviceValueType.Sch, "schedule")]
    [InlineData(DeviceValueType.Dict, "json")]
    public void A_command_is_a_property_of_its_type(DeviceValueType type, string word) =>
        Assert.Equal(word, new Command { ValueType = type }.Describe("x").Type);

    [Fact]
    public void A_command_is_a_property_with_all_that_is_known()
    {
        var command = new Command
        {
            Info = "Fan",
            Access = PropertyAccess.Write,
            ValueType = DeviceValueType.List,
            Choices = ["a"],
            Minimum = 1,
            Maximum = 2,
            Unit = "rpm",
            DataSource = DataSource.Absolute,
        };
        var expected = new PropertyInfo
        {
            Title = "Fan",
            Access = PropertyAccess.Write,
            Type = "list",
            Choices = command.Choices,
            Minimum = 1,
            Maximum = 2,
            Unit = "rpm",
            DataSource = DataSource.Absolute,
        };
        Assert.Equal(expected, command.Describe("fan"));
        Assert.Equal("The fan", (command with { Title = "The fan" }).Describe("fan").Title);
        Assert.Equal("fan", (command with { Info = "info" }).Describe("fan").Title);
    }

    [Theory]
    [InlineData(DeviceValueType.List, "a", "b")]
    [InlineData(DeviceValueType.Bool, "true", "1")]
    [InlineData(DeviceValueType.Byte, "5", "256")]
    [InlineData(DeviceValueType.Byte, "0", "-1")]
    [InlineData(DeviceValueType.Int, "-7", "7.0")]
    [InlineData(DeviceValueType.Real, "7", "1e999")]
    [InlineData(DeviceValueType.Str, "a", "7")]
    [InlineData(DeviceValueType.Sch, "[1]", "7")]
    [InlineData(DeviceValueType.Sch, "a", "null")]
    [InlineData(DeviceValueType.Dict, "{}", "[]")]
    [InlineData(DeviceValueType.Dict, " \n{\"a\":1} ", " [{}]")]
    public void A_value_is_checked_by_type(DeviceValueType type, string right, string wrong)
    {
        var command = new Command { ValueType = type, Choices = ["a"] };
        Assert.Null(command.Check(Value.FromText(right)));
        Assert.NotNull(command.Check(Value.FromText(wrong)));
    }

    private static Gen<Command> Commands =>
        from info in Texts
        from access in Gen.Elements(Enum.GetValues<PropertyAccess>())
        from source in Gen.Elements<DataSource?>([null, .. Enum.GetValues<DataSource>().Cast<DataSource?>()])
        from type in Gen.Elements(Enum.GetValues<DeviceValueType>())
        from value in Values
        from bounds in Gen.Elements<double?>(null, 0, -1.5, 1e300).Two()
        from unit in Gen.Elements(null, "°C", "")
        from choices in Gen.Elements<string[]?>(null, [], ["a", "ü"])
        from extra in Values.ArrayOf()
        select new Command
        {
            Info = info,
            Access = access,
            DataSource = source,
            ValueType = type,
            Value = value,
            Minimum = bounds.Item1,
            Maximum = bounds.Item2,
            Unit = unit,
            Title = unit,
            Choices = choices,
            Extra = new OrderedDictionary<string, Value>(extra.Select((one, i) => KeyValuePair.Create($"x{i}", one))),
        };

    private static Gen<string> Texts => ArbMap.Default.ArbFor<NonNull<string>>().Generator.Select(text =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get))); // lone surrogates become U+FFFD on any wire

    private static Gen<Value> Values => Gen.OneOf(
        Texts.Select(Value.From),
        ArbMap.Default.ArbFor<long>().Generator.Select(Value.From),
        ArbMap.Default.ArbFor<NormalFloat>().Generator.Select(number => Value.From(number.Get)),
        Gen.Elements("1.00", "1e400", "true", "null", "[1,{}]", """{"a":1.50}""").Select(Value.FromText));
}
