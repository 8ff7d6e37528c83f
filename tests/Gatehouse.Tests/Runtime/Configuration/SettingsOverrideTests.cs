namespace Gatehouse.Tests.Runtime.Configuration;

public sealed class SettingsOverrideTests
{
    [Fact]
    public void The_command_line_wins_over_the_file_and_the_last_over_the_first() =>
        Assert.Equal(3, Samples.Sample("\"port\": 1", "sample.port=2", "sample.port=3").Port);

    [Fact]
    public void A_value_is_JSON_of_its_type_or_else_text()
    {
        var options = Samples.Sample(
            "", "sample.name=5", "sample.title=null", "sample.count=null", "sample.wait=5m", "sample.mood=veryBusy", "sample.flag=false",
            "sample.names=[\"a\",\"b\"]", "sample.ratio=0.25", "sample.inner.most=7", "sample.inners=[{\"most\": 3}]");
        Assert.Equal(
            ("5", null, null, TimeSpan.FromMinutes(5), Mood.VeryBusy),
            (options.Name, options.Title, options.Count, options.Wait, options.Mood));
        Assert.Equal(["a", "b"], options.Names);
        Assert.Equal((0.25, 7, 3), (options.Ratio, options.Inner.Most, options.Inners[0].Most));
    }

    [Theory]
    [InlineData("sample.name=\"5\"", "5")]
    [InlineData("sample.name=a=b", "a=b")]
    [InlineData("sample.name=", "")]
    [InlineData("sample.name={}", "{}")]
    [InlineData("sample.name=null", "null")]
    [InlineData("sample.name=\"a", "\"a")]
    public void A_text_needs_no_quotes(string argument, string name) => Assert.Equal(name, Samples.Sample("", argument).Name);

    [Fact]
    public void A_key_of_a_map_may_hold_dots_and_leaves_the_other_keys()
    {
        var moods = Samples.Sample(
            "\"moods\": { \"a\": \"calm\", \"b.c\": \"calm\" }", "sample.moods.b.c=veryBusy", "sample.moods.d=calm").Moods;
        Assert.Equal([("a", Mood.Calm), ("b.c", Mood.VeryBusy), ("d", Mood.Calm)], moods.Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void An_object_sets_the_options_that_it_names_and_no_others()
    {
        var options = Samples.Sample("\"port\": 1, \"inner\": { \"least\": 0 }", "sample={\"inner\": {\"most\": 9}}");
        Assert.Equal((1, 0, 9), (options.Port, options.Inner.Least, options.Inner.Most));
    }

    [Theory]
    [InlineData("sample.port", "1:1: expected path=value, such as web.listen=0.0.0.0:80, found \"sample.port\"")]
    [InlineData("=1", "1:1: expected path=value, such as web.listen=0.0.0.0:80, found \"=1\"")]
    [InlineData("sampel.port=1", "1:1: sampel.port: unknown option; did you mean 'sample.port'?")]
    [InlineData("port=1", "1:1: port: unknown option; did you mean 'sample.port'?")]
    [InlineData("group.deep.enabeld=1", "1:1: group.deep.enabeld: unknown option; did you mean 'group.deep.enabled'?")]
    [InlineData("sample.port.x=1", "1:1: sample.port.x: unknown option; did you mean 'sample.port'?")]
    [InlineData("sample.port=x", "1:13: sample.port: expected a whole number from 1 to 65535, found the text \"x\"")]
    [InlineData("sample.moods.é=x", "1:16: sample.moods.é: expected one of calm, veryBusy, found the text \"x\"")]
    [InlineData("sample.names=[1]", "1:15: sample.names[0]: expected a text, found 1")]
    [InlineData("sample.large=-1", "1:14: sample.large: large must not be below 0")]
    [InlineData("sample=5", "1:8: sample: expected an object, found the text \"5\"")]
    public void A_problem_names_the_command_line_and_the_place_in_it(string argument, string problem) =>
        Assert.Equal(["--set:" + problem], Samples.Problems(Samples.Load(null, argument)));

    [Fact]
    public void Problems_of_file_and_command_line_are_found_together() => Assert.Equal(
        [
            "test.json:1:2: sampel: unknown option; did you mean 'sample'?",
            "--set:1:13: sample.port: expected a whole number from 1 to 65535, found 0",
            "--set:1:1: x: unknown option",
        ],
        Samples.Problems(Samples.Load("{\"sampel\": 1}", "sample.port=0", "x=1")));
}
