using Gatehouse.Cli;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Cli;

public sealed class RenderingTests
{
    [Theory]
    [InlineData("plain ü 日本 😀", "plain ü 日本 😀")]
    [InlineData("a\tb\r\nc", "a\\tb\\r\\nc")]
    [InlineData("\u001b[31m\u0000\u007f\u009b", "\\u001b[31m\\u0000\\u007f\\u009b")]
    [InlineData("\u202Eabc\u2066\u200F\u061C\u2028", "\\u202eabc\\u2066\\u200f\\u061c\\u2028")]
    public void What_could_play_tricks_is_shown(string text, string shown) => Assert.Equal(shown, TerminalText.Escape(text));

    [Fact]
    public void Lines_stay_where_they_are_wanted() => Assert.Equal("a\n\tb\\r", TerminalText.Escape("a\n\tb\r", keepLines: true));

    [Fact]
    public void Json_means_the_same_on_one_line() =>
        Assert.Equal("{ \"a\": 1,  \"b\": \"\\u0085\\u202e\"}", TerminalText.EscapeJson("{\n\"a\":\t1,\r\n\"b\": \"\u0085\u202e\"}"));

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("日本", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("😀", 2)]
    [InlineData("ｆ", 2)]
    [InlineData("ß°", 2)]
    [InlineData("a\u200db", 2)]
    public void Width_counts_columns(string text, int columns) => Assert.Equal(columns, TerminalText.Width(text));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("ab", 1, "…")]
    public void Long_text_is_cut_to_its_columns(string text, int columns, string cut) => Assert.Equal(cut, TerminalText.Cut(text, columns));

    [Fact]
    public void A_table_is_as_wide_as_what_is_in_it()
    {
        Assert.Equal("", Table.Render(["A", "B"], [], 1, 80));
        Assert.Equal("A    B\nabc  d\n日   e\n", Table.Render(["A", "B"], [["abc", "d"], ["日", "e"]], 1, null));
    }

    [Fact]
    public void A_table_gives_way_in_one_column_but_not_entirely() =>
        Assert.Equal("A         B\nabcdefg…  12345\n", Table.Render(["A", "B"], [["abcdefghijk", "12345"]], 0, 5));

    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(0.9, "0s")]
    [InlineData(59.9, "59s")]
    [InlineData(60, "1m")]
    [InlineData(3599, "59m")]
    [InlineData(86399, "23h")]
    [InlineData(864000, "10d")]
    public void An_age_has_one_unit(double seconds, string text) => Assert.Equal(text, EntryText.Age(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_value_is_shown_on_one_line()
    {
        Assert.Equal("21.50", EntryText.Show(Value.FromText("21.50")));
        Assert.Equal("null", EntryText.Show(Value.Null));
        Assert.Equal("a\\nb", EntryText.Show(Value.From("a\nb")));
        Assert.Equal("{ \"a\": 1}", EntryText.Show(Value.FromJson("{\n\"a\": 1}"u8)));
        Assert.Equal("{\"base64\":\"AQ==\"}", EntryText.Show(Value.FromBytes([1])));
    }
}
