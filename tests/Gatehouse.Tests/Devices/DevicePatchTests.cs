using System.Text;
using Gatehouse.Devices;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Devices;

public sealed class DevicePatchTests
{
    private const string Everything = """
        {"title": "Öfen", "room": "", "kind": "heater", "log": false, "retention": 86400.5, "properties":
        {"a/b": {"title": "T", "unit": "°C", "log": null, "retention": 1, "minimum": -5, "maximum": 1e3}, "c": {}}}
        """;

    [Fact]
    public void Every_field_is_read()
    {
        Assert.True(DevicePatch.TryParse(Encoding.UTF8.GetBytes(Everything), out var edits, out _));
        Assert.Equal(
            [
                new("title", "Öfen"), new("room", ""), new("kind", "heater"), new("log", false), new("retention", 86400.5),
                new("title", "T", "a/b"), new("unit", "°C", "a/b"), new("log", default, "a/b"), new("retention", 1, "a/b"),
                new("minimum", -5, "a/b"), new FieldEdit("maximum", Value.FromText("1e3"), "a/b"),
            ],
            edits);
    }

    [Theory]
    [InlineData("", "", "object")]
    [InlineData("[]", "", "object")]
    [InlineData("{", "", "json")]
    [InlineData("{} 1", "", "json")]
    [InlineData("\"\\ud800\"", "", "object")]
    [InlineData("""{"colour": "red"}""", "colour", "unknown")]
    [InlineData("""{"name": "x"}""", "name", "unknown")]
    [InlineData("""{"title": ""}""", "title", "value")]
    [InlineData("""{"title": "  "}""", "title", "value")]
    [InlineData("""{"title": 5}""", "title", "value")]
    [InlineData("""{"title": "a\u0007b"}""", "title", "value")]
    [InlineData("""{"title": "a\u2028b"}""", "title", "value")]
    [InlineData("""{"title": "\ud800"}""", "title", "unicode")]
    [InlineData("""{"\ud800": 1}""", "", "unicode")]
    [InlineData("""{"room": ["x"]}""", "room", "value")]
    [InlineData("""{"kind": "Big Heater"}""", "kind", "value")]
    [InlineData("""{"log": "on"}""", "log", "value")]
    [InlineData("""{"retention": 0}""", "retention", "value")]
    [InlineData("""{"retention": -1}""", "retention", "value")]
    [InlineData("""{"retention": 1e300}""", "retention", "value")]
    [InlineData("""{"properties": []}""", "properties", "object")]
    [InlineData("""{"properties": {"": {}}}""", "properties", "name")]
    [InlineData("""{"properties": {"a": 5}}""", "properties.a", "object")]
    [InlineData("""{"properties": {"a": {"room": "x"}}}""", "properties.a.room", "unknown")]
    [InlineData("""{"properties": {"a": {"minimum": "low"}}}""", "properties.a.minimum", "value")]
    [InlineData("""{"properties": {"a": {"maximum": 1e400}}}""", "properties.a.maximum", "value")]
    [InlineData("""{"properties": {"a": {"unit": "a\nb"}}}""", "properties.a.unit", "value")]
    [InlineData("""{"properties": {"\ud800": {}}}""", "properties", "unicode")]
    [InlineData("""{"properties": {"a": {"\ud800": 1}}}""", "properties.a", "unicode")]
    public void What_is_wrong_is_named_by_field_and_rule(string body, string field, string rule)
    {
        Assert.False(DevicePatch.TryParse(Encoding.UTF8.GetBytes(body), out _, out var error));
        Assert.Equal((field, rule), (error.Field, error.Rule));
        Assert.NotEmpty(error.Message);
    }

    [Fact]
    public void Lengths_are_limited()
    {
        Assert.True(Takes($$"""{"title": "{{new string('x', 100)}}", "kind": "{{new string('k', 40)}}"}"""));
        Assert.False(Takes($$"""{"title": "{{new string('x', 101)}}"}"""));
        Assert.False(Takes($$"""{"room": "{{new string('x', 101)}}"}"""));
        Assert.False(Takes($$"""{"kind": "{{new string('k', 41)}}"}"""));
        Assert.False(Takes($$$$"""{"properties": {"a": {"unit": "{{{{new string('u', 41)}}}}"}}}"""));
        var many = string.Join(',', Enumerable.Range(0, 1001).Select(i => $"\"{i}\": {{}}"));
        Assert.False(Takes($$$$"""{"properties": {{{{{many}}}}}}"""));

        static bool Takes(string body) => DevicePatch.TryParse(Encoding.UTF8.GetBytes(body), out _, out _);
    }

    [Fact]
    public void Mutated_bodies_never_throw_and_are_taken_or_refused_with_a_rule()
    {
        var random = new Random(5);
        var seed = Encoding.UTF8.GetBytes(Everything);
        var rules = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 30_000; i++)
        {
            var body = seed.AsSpan(0, random.Next(8) == 0 ? random.Next(seed.Length) : seed.Length).ToArray();
            for (var m = random.Next(4); m > 0 && body.Length > 0; m--) body[random.Next(body.Length)] = (byte)random.Next(256);
            var taken = DevicePatch.TryParse(body, out var edits, out var error);
            Assert.Equal(taken, error is null);
            Assert.Equal(taken, edits is not null);
            Assert.All(edits ?? [], e => Assert.True(
                e.Value.Kind == ValueKind.Null || EditRules.Find(e.Field, e.Property is not null)!.Allows(e.Value)));
            var kind = error?.Rule ?? "taken";
            rules[kind] = rules.GetValueOrDefault(kind) + 1;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", rules.Select(r => $"{r.Key} {r.Value}")));
        Assert.Superset(new HashSet<string> { "taken", "json", "utf8", "unknown", "value" }, rules.Keys.ToHashSet());
    }
}
