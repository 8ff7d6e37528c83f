using System.Collections.ObjectModel;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Tests.Runtime.Configuration;

public sealed class SettingsLayoutTests
{
    [Fact]
    public void Sections_must_not_stand_in_each_others_place()
    {
        var sample = new SettingsSection("a.b", SampleJson.Default.SampleOptions);
        Unfit("another section", sample, new SettingsSection("a.b", SampleJson.Default.DeepOptions));
        Unfit("another section", sample, new SettingsSection("a.b.c", SampleJson.Default.DeepOptions));
        Unfit("another section", sample, new SettingsSection("a", SampleJson.Default.DeepOptions));
        Unfit("is a section already", sample, new SettingsSection("c", SampleJson.Default.SampleOptions));
    }

    [Fact]
    public void A_class_that_cannot_be_a_section_is_refused()
    {
        Unfit("no description", UnfitJson.Default.NoDescription);
        Unfit("'x.A' cannot be: it has no description", UnfitJson.Default.NoOptionDescription);
        Unfit("no option is a Guid", UnfitJson.Default.OddType);
        Unfit("no option is a", UnfitJson.Default.OddMap);
        Unfit("cannot be null", UnfitJson.Default.NullObject);
        Unfit("ErrorMessage", UnfitJson.Default.SilentRule);
        Unfit("its range is of int", UnfitJson.Default.NarrowRange);
        Unfit("read and set", UnfitJson.Default.ReadOnly);
        Unfit("read and set", UnfitJson.Default.OwnConverter);
        Unfit("constructor", UnfitJson.Default.NoConstructor);
    }

    [Fact]
    public void A_rule_must_not_name_what_is_no_option()
    {
        var layout = new SettingsLayout(new SettingsSection("x", UnfitJson.Default.LostRule));
        Assert.Throws<ArgumentException>(() => SettingsLoader.Load(layout, Samples.File, null));
    }

    [Fact]
    public void Hot_is_what_is_marked_or_stands_in_a_marked_object() => Assert.Equal(
        ["sample.name", "sample.port", "sample.inner.least", "sample.inner.most"],
        Samples.Layout.Options.Where(option => option.IsHot).Select(option => option.ToString()));

    private static void Unfit(string reason, JsonTypeInfo type) => Unfit(reason, new SettingsSection("x", type));

    private static void Unfit(string reason, params SettingsSection[] sections) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => new SettingsLayout(sections)).Message, StringComparison.Ordinal);
}

internal sealed class NoDescription;

[Description("x")]
internal sealed class NoOptionDescription
{
    public int A { get; set; }
}

[Description("x")]
internal sealed class OddType
{
    [Description("a")]
    public Guid A { get; set; }
}

[Description("x")]
internal sealed class OddMap
{
    [Description("a")]
    public IReadOnlyDictionary<int, int> A { get; set; } = ReadOnlyDictionary<int, int>.Empty;
}

[Description("x")]
internal sealed class NullObject
{
    [Description("a")]
    public SampleInner? A { get; set; }
}

[Description("x")]
internal sealed class SilentRule
{
    [Description("a")]
    [Required]
    public string A { get; set; } = "";
}

[Description("x")]
internal sealed class NarrowRange
{
    [Description("a")]
    [Range(1, 2)]
    public long A { get; set; } = 1;
}

[Description("x")]
internal sealed class ReadOnly
{
    [Description("a")]
    public int A { get; } = 1;
}

[Description("x")]
internal sealed class OwnConverter
{
    [Description("a")]
    [JsonConverter(typeof(DurationJson))]
    public TimeSpan A { get; set; }
}

[Description("x")]
internal sealed class NoConstructor(int a)
{
    [Description("a")]
    public int A { get; set; } = a;
}

[Description("x")]
internal sealed class LostRule : IValidatableObject
{
    [Description("a")]
    public int A { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => [new("no", ["B"])];
}

[JsonSerializable(typeof(NoDescription))]
[JsonSerializable(typeof(NoOptionDescription))]
[JsonSerializable(typeof(OddType))]
[JsonSerializable(typeof(OddMap))]
[JsonSerializable(typeof(NullObject))]
[JsonSerializable(typeof(SilentRule))]
[JsonSerializable(typeof(NarrowRange))]
[JsonSerializable(typeof(ReadOnly))]
[JsonSerializable(typeof(OwnConverter))]
[JsonSerializable(typeof(NoConstructor))]
[JsonSerializable(typeof(LostRule))]
internal sealed partial class UnfitJson : JsonSerializerContext;
