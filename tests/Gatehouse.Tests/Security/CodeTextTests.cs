using Gatehouse.Security;

namespace Gatehouse.Tests.Security;

public sealed class CodeTextTests
{
    [Theory]
    [InlineData("01ABC-DEF45")]
    [InlineData("01abc-def45")]
    [InlineData("oiabcdef45")]
    [InlineData(" OL-ABC DEF-45\n")]
    [InlineData("01ABC–DEF45")]
    public void It_is_read_as_people_type_it(string typed)
    {
        Assert.True(CodeText.TryParse("01ABCDEF45", out var meant));
        Assert.True(CodeText.TryParse(typed, out var read));
        Assert.Equal(meant, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("01ABC-DEF4")]
    [InlineData("01ABC-DEF456")]
    [InlineData("01ABC-DEF4U")] // U is no letter of it
    [InlineData("01ABC_DEF45")]
    [InlineData("01ABCıDEF4")] // a letter that becomes I in capitals elsewhere
    [InlineData("०१ABCDEF45")]
    public void Other_text_is_no_code(string typed) => Assert.False(CodeText.TryParse(typed, out _));

    [Fact]
    public void Text_without_end_is_not_read() => Assert.False(CodeText.TryParse(new string('-', 100) + "01ABCDEF45", out _));

    [Fact]
    public void New_ones_are_read_back_and_all_differ()
    {
        var bits = new HashSet<long>();
        var first = new HashSet<char>();
        for (var i = 0; i < 2000; i++)
        {
            var text = CodeText.New();
            Assert.Matches("^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$", text);
            Assert.True(CodeText.TryParse(text, out var code));
            Assert.InRange(code, 0, (1L << 50) - 1);
            Assert.True(bits.Add(code));
            first.Add(text[0]);
        }
        Assert.Equal(32, first.Count);
    }
}
