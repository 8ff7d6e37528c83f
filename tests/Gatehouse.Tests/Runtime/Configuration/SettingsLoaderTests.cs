using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Tests.Runtime.Configuration;

public sealed class SettingsLoaderTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{ "$schema": "gatehouse.schema.json", "sample": {}, "group": {}, }""")]
    [InlineData("\uFEFF{}")]
    public void What_is_not_written_has_its_default(string? text)
    {
        var settings = Samples.Sound(Samples.Load(text));
        Assert.Equal(80, settings.Get<SampleOptions>().Port);
        Assert.Equal(2, settings.Get<SampleOptions>().Inner.Most);
        Assert.True(settings.Get<DeepOptions>().Enabled);
    }

    [Fact]
    public void Every_kind_of_option_is_read()
    {
        var options = Samples.Sample(
            """
            // a comment
            "name": "ěš", "title": null, "port": 65535, "large": 9007199254740993, "count": 9, "ratio": 1, "real": -1.5e3, "flag": false,
            "mood": "veryBusy", "other": null, "wait": "1m", /* another */ "names": ["a", "b",], "moods": { "x.y": "veryBusy" },
            "tables": { "t": [1, 2] }, "inner": { "most": 5 }, "inners": [{ "least": 2 }, {}],
            """);
        Assert.Equal(("ěš", null, 65535, 9007199254740993, 9), (options.Name, options.Title, options.Port, options.Large, options.Count));
        Assert.Equal((1.0, -1500.0, Mood.VeryBusy, null), (options.Ratio, options.Real, options.Mood, options.Other));
        Assert.Equal(TimeSpan.FromMinutes(1), options.Wait);
        Assert.Equal(["a", "b"], options.Names);
        Assert.Equal(Mood.VeryBusy, options.Moods["x.y"]);
        Assert.Equal([1, 2], options.Tables["t"]);
        Assert.Equal((1, 5), (options.Inner.Least, options.Inner.Most));
        Assert.Equal([(2, 2), (1, 2)], options.Inners.Select(inner => (inner.Least, inner.Most)));
    }

    [Theory]
    [InlineData("\"port\": \"abc\"", "expected a whole number from 1 to 65535, found the text \"abc\"")]
    [InlineData("\"port\": \"80\"", "expected a whole number from 1 to 65535, found the text \"80\"")]
    [InlineData("\"port\": 0", "expected a whole number from 1 to 65535, found 0")]
    [InlineData("\"port\": 1.5", "expected a whole number from 1 to 65535, found 1.5")]
    [InlineData("\"port\": 99999999999", "expected a whole number from 1 to 65535, found 99999999999")]
    [InlineData("\"port\": null", "expected a whole number from 1 to 65535, found null")]
    [InlineData("\"count\": 10", "expected a whole number from 1 to 9 or null, found 10")]
    [InlineData("\"ratio\": 1.01", "expected a number from 0 to 1, found 1.01")]
    [InlineData("\"real\": 1e999", "expected a number, found 1e999")]
    [InlineData("\"flag\": 1", "expected true or false, found 1")]
    [InlineData("\"name\": true", "expected a text, found true")]
    [InlineData("\"name\": null", "expected a text, found null")]
    [InlineData("\"title\": false", "expected a text or null, found false")]
    [InlineData("\"title\": {}", "expected a text or null, found an object")]
    [InlineData("\"mood\": \"VeryBusy\"", "expected one of calm, veryBusy, found the text \"VeryBusy\"; did you mean 'veryBusy'?")]
    [InlineData("\"mood\": \"calm, veryBusy\"", "expected one of calm, veryBusy, found the text \"calm, veryBusy\"")]
    [InlineData("\"mood\": 0", "expected one of calm, veryBusy, found 0")]
    [InlineData("\"other\": \"\"", "expected one of calm, veryBusy or null, found the text \"\"")]
    [InlineData("\"wait\": \"5 s\"", "expected a duration from 100ms to 1h, found the text \"5 s\"")]
    [InlineData("\"wait\": 0.05", "expected a duration from 100ms to 1h, found 0.05")]
    [InlineData("\"wait\": \"61m\"", "expected a duration from 100ms to 1h, found the text \"61m\"")]
    [InlineData("\"wait\": 1e400", "expected a duration from 100ms to 1h, found 1e400")]
    [InlineData("\"wait\": []", "expected a duration from 100ms to 1h, found a list")]
    [InlineData("\"names\": \"a\"", "expected a list, each item a text, found the text \"a\"")]
    [InlineData("\"moods\": []", "expected an object of names, each with one of calm, veryBusy, found a list")]
    [InlineData("\"inner\": null", "expected an object, found null")]
    [InlineData("\"large\": -1", "large must not be below 0")]
    public void A_bad_value_is_answered_by_what_belongs_there(string member, string message)
    {
        var load = Samples.Load($"{{\n\"sample\": {{\n  {member} }} }}");
        var problem = Assert.Single(load.Problems);
        Assert.Null(load.Settings);
        Assert.False(load.IsSound);
        Assert.Equal(message, problem.Message);
        var name = member[1..member.IndexOf('"', 1)];
        Assert.Equal((Samples.File, "sample." + name, 3, name.Length + 7), (problem.File, problem.Path, problem.Line, problem.Column));
    }

    [Theory]
    [InlineData("\"names\": [\"a\", 5]", "sample.names[1]: expected a text, found 5")]
    [InlineData("\"names\": [null]", "sample.names[0]: expected a text, found null")]
    [InlineData("\"moods\": {\"a.b\": \"busy\"}", "sample.moods.a.b: expected one of calm, veryBusy, found the text \"busy\"")]
    [InlineData("\"moods\": {\"a\": \"calm\", \"a\": \"calm\"}", "sample.moods.a: it is given twice, first on line 1; keep one")]
    [InlineData("\"tables\": {\"t\": [1, true]}", "sample.tables.t[1]: expected a whole number, found true")]
    [InlineData("\"inner\": {\"mots\": 1}", "sample.inner.mots: unknown option; did you mean 'sample.inner.most'?")]
    [InlineData("\"inners\": [{}, {\"mots\": 1}]", "sample.inners[1].mots: unknown option; did you mean 'sample.inners[1].most'?")]
    [InlineData("\"inners\": [{\"most\": 101}]", "sample.inners[0].most: expected a whole number from 0 to 100, found 101")]
    [InlineData("\"inners\": [{\"most\": 0}]", "sample.inners[0].most: most must not be below least")]
    [InlineData("\"inners\": [{\"least\": 9}]", "sample.inners[0].most: most must not be below least")]
    [InlineData("\"inner\": {\"least\": 9}", "sample.inner.most: most must not be below least")]
    [InlineData("\"real\": 1001", "sample: this is too much altogether")]
    [InlineData("\"flag\": true", "sample.flag: a flag needs a title")]
    public void A_problem_inside_is_named_by_its_path(string member, string ending) =>
        Assert.EndsWith(": " + ending, Assert.Single(Samples.Problems(member)), StringComparison.Ordinal);

    [Fact]
    public void A_rule_that_reads_a_faulty_option_waits_until_that_is_put_right() => Assert.Equal(
        ["test.json:1:37: sample.title: expected a text or null, found 5"],
        Samples.Problems("""  "flag": true, "title": 5 """));

    [Fact]
    public void All_problems_are_found_at_once_in_the_order_of_the_text()
    {
        var load = Samples.Load(
            """
            {
              "listen": 1,
              "port": 2,
              "sample": {
                "prot": 80, "é": 1, "port": 0,
                "inner": { "least": "x" }
              },
              "gruop": {},
              "sample": {},
              "group": { "deep": 5, "depe": {} }
            }
            """);
        Assert.Equal(
            [
                "test.json:2:3: listen: unknown option",
                "test.json:3:3: port: unknown option; did you mean 'sample.port'?",
                "test.json:5:5: sample.prot: unknown option; did you mean 'sample.port'?",
                "test.json:5:17: sample.é: unknown option",
                "test.json:5:33: sample.port: expected a whole number from 1 to 65535, found 0",
                "test.json:6:25: sample.inner.least: expected a whole number from 0 to 100, found the text \"x\"",
                "test.json:8:3: gruop: unknown option; did you mean 'group'?",
                "test.json:9:3: sample: it is given twice, first on line 4; keep one",
                "test.json:10:22: group.deep: expected an object, found 5",
                "test.json:10:25: group.depe: unknown option; did you mean 'group.deep'?",
            ],
            Samples.Problems(load));
    }

    [Fact]
    public void The_column_counts_characters_and_not_bytes()
    {
        Assert.Equal(
            ["test.json:1:26: sample.port: expected a whole number from 1 to 65535, found true"],
            Samples.Problems("""/*é😀*/ "port":true"""));
        Assert.Equal(
            ["test.json:3:3: port: unknown option; did you mean 'sample.port'?"],
            Samples.Problems(Samples.Load("{\r\n \"sample\": {},\r\n  \"port\": 1}")));
    }

    [Fact]
    public void A_dotted_name_is_answered_by_how_to_nest_it() => Assert.Equal(
        ["test.json:1:3: group.deep: unknown option; a dot does not nest: write \"deep\" inside its own object"],
        Samples.Problems(Samples.Load("""{ "group.deep": {} }""")));

    [Theory]
    [InlineData("", "1:1: broken JSON: the text ends where a value belongs")]
    [InlineData(" // nothing\n", "2:1: broken JSON: the text ends where a value belongs")]
    [InlineData("{\n \"sample\": {\n", "3:1: broken JSON: the text ends, but the '{' of line 2 is not closed")]
    [InlineData("{\"a\": [1,", "1:9: broken JSON: the text ends, but the '[' of line 1 is not closed")]
    [InlineData("{\n é}", "2:2: broken JSON: 'é' is an invalid start of a property name. Expected a '\"'")]
    [InlineData("{\"a\": localhost,\n}", "1:7: broken JSON: 'localhost' is no value; a text stands in quotes")]
    [InlineData("{\"a\": flase,\n}", "1:8: broken JSON: 'flase' is no value; a text stands in quotes")]
    [InlineData("{\"a\": 'é'}", "1:7: broken JSON: ''é'' is no value; a text stands in quotes")]
    [InlineData("{\"a\": ,}", "1:7: broken JSON: ',' stands where a value belongs")]
    [InlineData("{\"a\" 1}", "1:6: broken JSON: '1' is invalid after a property name. Expected a ':'")]
    [InlineData("{\"a\": \"\n\"}", "1:8: broken JSON: a text is not closed on its line")]
    [InlineData("{\"\\u001b\\n\": 1}", "1:2: \uFFFD\uFFFD: unknown option")]
    [InlineData("{} x", "1:4: broken JSON: 'x' is invalid after a single JSON value. Expected end of data")]
    [InlineData("{\"a\": \"\\ud800\"}", "1:7: broken JSON: a \\u escape here is half of a character")]
    [InlineData("{\"\\udc00\": 1}", "1:2: broken JSON: a \\u escape here is half of a character")]
    [InlineData("5", "1:1: expected an object, found 5")]
    [InlineData("null", "1:1: expected an object, found null")]
    public void Broken_JSON_is_answered_by_its_place_and_plain_words(string text, string problem) =>
        Assert.Equal([$"test.json:{problem}"], Samples.Problems(Samples.Load(text)));

    [Fact]
    public void Text_that_is_not_UTF8_is_answered_by_its_place()
    {
        var load = SettingsLoader.Load(Samples.Layout, Samples.File, "{\n\"é"u8.ToArray().Append((byte)0xFF).ToArray());
        Assert.Equal(["test.json:2:3: this is not UTF-8; save the file in that encoding"], Samples.Problems(load));
    }

    [Fact]
    public void A_long_or_strange_value_is_quoted_in_short()
    {
        Assert.EndsWith(
            $"found the text \"{new string('x', 40)}…\"",
            Samples.Problems($"\"port\": \"{new string('x', 99)}\"")[0],
            StringComparison.Ordinal);
        Assert.EndsWith($"found {new string('9', 40)}…", Samples.Problems($"\"port\": {new string('9', 99)}")[0], StringComparison.Ordinal);
        Assert.EndsWith("found the text \"a\\u001B\\n\"", Samples.Problems("\"port\": \"a\\u001b\\n\"")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_is_no_section_cannot_be_asked_for() =>
        Assert.Throws<ArgumentException>(() => Samples.Sound(Samples.Load(null)).Get<SettingsLoaderTests>());
}
