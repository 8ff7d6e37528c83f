using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Tests.Runtime.Configuration;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("system", "sytem", 1)]
    [InlineData("system", "sysstem", 1)]
    [InlineData("system", "systen", 1)]
    [InlineData("system", "sysetm", 1)]
    [InlineData("ab", "ba", 1)]
    [InlineData("System", "sYSTEM", 0)]
    [InlineData("kitten", "sitting", 3)]
    public void Slips_are_letters_added_left_out_changed_or_swapped(string one, string other, int slips)
    {
        Assert.Equal(slips, NearestName.Slips(one, other));
        Assert.Equal(slips, NearestName.Slips(other, one));
    }

    [Theory]
    [InlineData("sytem", "system")]
    [InlineData("LISTEN", "listen")]
    [InlineData("lisetn", "listen")]
    [InlineData("wbe", "web")]
    [InlineData("x", null)]
    [InlineData("wxyz", null)]
    [InlineData("somethingElse", null)]
    public void Only_what_can_be_meant_is_found(string name, string? found) =>
        Assert.Equal(found, NearestName.Find(name, ["web", "system", "listen"]));

    [Fact]
    public void The_first_of_equals_is_found() => Assert.Equal("lab", NearestName.Find("lax", ["lab", "lag"]));
}
