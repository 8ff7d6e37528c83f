using System.Text.Json;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Tests.Runtime.Configuration;

public sealed class SettingsSchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(SettingsSchema.Export(Samples.Layout)).RootElement;

    [Theory]
    [InlineData("name", """{"description":"A text.","type":"string","default":"é"}""")]
    [InlineData("title", """{"description":"A text or null.","type":["string","null"],"default":null}""")]
    [InlineData("port", """{"description":"A number from 1 to 65535.","type":"integer","minimum":1,"maximum":65535,"default":80}""")]
    [InlineData("count", """{"description":"A number or null.","type":["integer","null"],"minimum":1,"maximum":9,"default":null}""")]
    [InlineData("ratio", """{"description":"A ratio.","type":"number","minimum":0,"maximum":1,"default":0.5}""")]
    [InlineData("flag", """{"description":"A flag.","type":"boolean","default":false}""")]
    [InlineData("mood", """{"description":"A choice | or two.","enum":["calm","veryBusy"],"default":"calm"}""")]
    [InlineData("other", """{"description":"A choice or null.","enum":["calm","veryBusy",null],"default":null}""")]
    [InlineData(
        "wait",
        """{"description":"A duration.","type":["string","number"],"pattern":"^\\d+(\\.\\d+)?(ms|s|m|h|d)$","minimum":0,"default":"2s"}""")]
    [InlineData("names", """{"description":"A list.","type":"array","items":{"type":"string"},"default":[]}""")]
    [InlineData("moods", """{"description":"A map.","type":"object","additionalProperties":{"enum":["calm","veryBusy"]},"default":{}}""")]
    public void An_option_has_its_type_bounds_and_default(string name, string schema)
    {
        var property = Property(Section(), name);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(schema).RootElement, property), property.GetRawText());
    }

    [Fact]
    public void Objects_take_no_other_names_and_only_the_root_names_the_schema()
    {
        var properties = Section().GetProperty("properties");
        var inner = properties.GetProperty("inner");
        var element = properties.GetProperty("inners").GetProperty("items");
        var deep = Property(Property(Schema, "group"), "deep");
        Assert.All([Schema, Section(), inner, element, Property(Schema, "group"), deep], schema =>
        {
            Assert.Equal("object", schema.GetProperty("type").GetString());
            Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        });
        Assert.Equal(2, Property(inner, "most").GetProperty("default").GetInt32());
        Assert.Equal("Deep.", deep.GetProperty("description").GetString());
        Assert.Equal("string", Property(Schema, "$schema").GetProperty("type").GetString());
        Assert.False(properties.TryGetProperty("$schema", out _));
    }

    [Fact]
    public void The_reference_has_a_row_for_each_option_and_those_of_objects_in_lists()
    {
        var page = SettingsReference.Export(Samples.Layout);
        Assert.Contains("## sample\n\nEverything.\n", page, StringComparison.Ordinal);
        var rows = page.Split('\n');
        Assert.Contains("| `sample.port` | a whole number from 1 to 65535 | `80` | at once | A number from 1 to 65535. |", rows);
        Assert.Contains("| `sample.mood` | one of calm, veryBusy | `\"calm\"` | at restart | A choice \\| or two. |", rows);
        Assert.Contains("| `sample.inner.most` | a whole number from 0 to 100 | `2` | at once | The most. |", rows);
        Assert.Contains("| `sample.inners[].most` | a whole number from 0 to 100 | `2` | at restart | The most. |", rows);
        Assert.Contains("| `group.deep.enabled` | true or false | `true` | at restart | A flag. |", rows);
    }

    private static JsonElement Section() => Property(Schema, "sample");

    private static JsonElement Property(JsonElement schema, string name) => schema.GetProperty("properties").GetProperty(name);
}
