using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Devices;

public sealed class DeviceConfigTests
{
    private const string Sample = "{ \"name\":\"t1\" , \"oid\" : \"sensor.wind\",\n  \"x\":[1.00, 1e400],\t\"ü\":\"\\u00e4\" } ";

    [Fact]
    public void It_is_kept_as_it_came()
    {
        var config = DeviceConfig.Parse(Sample);
        Assert.Equal(Sample, config.ToString());
        Assert.Equal(Encoding.UTF8.GetBytes(Sample), config.Utf8.ToArray());
        Assert.Equal(["name", "oid", "x", "ü"], config.Members);
        Assert.Equal(("t1", "sensor.wind"), (config.Name, config.Oid));
        Assert.Equal(Sample.Trim(), config.ToValue().ToString().Trim());
        Assert.Equal(Sample, DeviceSamples.Json(config.WriteJson));
        Assert.True(config.TryGet("ü", out var value) && value == "ä");
        Assert.False(config.TryGet("y", out value));
    }

    [Fact]
    public void A_member_is_changed_in_its_place_or_added_at_the_end()
    {
        var config = DeviceConfig.Parse(Sample);
        Assert.Equal(Sample.Replace("\"t1\"", "\"t \\\"2\\\"\""), config.With("name", "t \"2\"").ToString());
        Assert.Equal(Sample.Replace(" } ", ",\"y\":2.0 } "), config.With("y", 2.0).ToString());
        Assert.Equal("""{"oid":"switch","name":"s"}""", DeviceConfig.For("switch", "s").ToString());
        Assert.Equal(Sample, config.ToString());
        Assert.Throws<DeviceFormatException>(() => config.With("z", new string('z', Value.MaxSize)));
    }

    [Theory]
    [InlineData("", DeviceRule.Json, 1, 1)]
    [InlineData("{\"a\":1,\n \"b\" 2}", DeviceRule.Json, 2, 6)]
    [InlineData("{\"a\":1", DeviceRule.Json, 1, 7)]
    [InlineData("{\"a\":1} x", DeviceRule.Json, 1, 9)]
    [InlineData("{\"é\":tru}", DeviceRule.Json, 1, 9)]
    [InlineData("\n  [1]", DeviceRule.Object, 2, 3)]
    [InlineData("\"a\"", DeviceRule.Object, 1, 1)]
    [InlineData("{\"a\":1,\n\"é\":1, \"\\u0061\":2}", DeviceRule.Once, 2, 8)]
    [InlineData("{\"\\ud800\":1}", DeviceRule.Unicode, 1, 2)]
    [InlineData("{\"a\":\"\\udc00\"}", DeviceRule.Unicode, 1, 6)]
    public void What_is_no_object_of_members_is_refused_at_its_place(string json, DeviceRule rule, int line, int column)
    {
        Assert.False(DeviceConfig.TryParse(Encoding.UTF8.GetBytes(json), out var config, out var problem));
        Assert.Null(config);
        Assert.Equal((rule, line, column), (problem.Rule, problem.Line, problem.Column));
        Assert.StartsWith($"{line}:{column}: ", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(problem, Assert.Throws<DeviceFormatException>(() => DeviceConfig.Parse(json)).Problems.Single());
    }

    [Fact]
    public void What_is_not_utf8_is_refused_at_its_place()
    {
        Assert.False(DeviceConfig.TryParse([(byte)'{', (byte)'\n', (byte)'"', 0xff, (byte)'"', (byte)'}'], out _, out var problem));
        Assert.Equal((DeviceRule.Utf8, 2, 2), (problem.Rule, problem.Line, problem.Column));
    }

    [Fact]
    public void What_is_too_large_or_too_deep_is_refused()
    {
        Assert.False(DeviceConfig.TryParse(new byte[Value.MaxSize + 1], out _, out var problem));
        Assert.Equal(DeviceRule.Size, problem.Rule);
        var deep = $$"""{"a":{{new string('[', 100)}}{{new string(']', 100)}}}""";
        Assert.False(DeviceConfig.TryParse(Encoding.UTF8.GetBytes(deep), out _, out problem));
        Assert.Equal(DeviceRule.Json, problem.Rule);
    }

    [Fact]
    public void A_problem_shows_no_control_characters() => Assert.DoesNotContain(
        new DeviceTypes().Check("""{"oid":"\u001b[31m","\n":1,"\n":2}"""u8).Concat(new DeviceTypes().Check("""{"oid":"\u001b[2J"}"""u8)),
        problem => problem.ToString().Any(char.IsControl));

    [Fact]
    public void Mutated_json_is_kept_or_refused_at_a_place_of_the_text()
    {
        var reached = new HashSet<string>();
        var good = Encoding.UTF8.GetBytes(Sample);
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ArrayOf().ToArbitrary(), edits =>
        {
            var text = good.ToArray();
            foreach (var edit in edits.Take(3)) text[edit / 256 % text.Length] = (byte)edit;
            if (!DeviceConfig.TryParse(text, out var config, out var problem))
            {
                reached.Add(problem.Rule.ToString());
                return problem.Line >= 1 && problem.Line <= 1 + text.Count(octet => octet == '\n')
                    && problem.Column >= 1 && problem.Column <= text.Length + 1;
            }
            reached.Add("kept");
            return config.Utf8.Span.SequenceEqual(text)
                && config.With("name", "t1").With("new", 1).TryGet("new", out var value) && value == 1;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
        Assert.Superset(new HashSet<string> { "kept", "Json", "Utf8" }, reached);
    }

    [Fact]
    public void Changing_a_member_changes_no_other() => Check.QuickThrowOnFailure(
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<long>(), (name, number) =>
        {
            var clean = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name.Get));
            var config = DeviceConfig.Parse(Sample);
            var changed = config.With(clean, number);
            return changed.TryGet(clean, out var value) && value == number
                && config.Members.Where(member => member != clean).All(member =>
                    config.TryGet(member, out var before) && changed.TryGet(member, out var after) && before == after);
        }));
}
