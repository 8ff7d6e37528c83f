using System.Text;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>Names on the wire are those of the hub, and what is told of them.</summary>
public sealed class ServiceTableTests
{
    private static readonly string[] Pieces =
    [
        "a", ".", " ", "\n", "\u007F", "\u0085", "\u00A0", "\u00AD", "\u00FC", "\u200B", "\u2003", "\u202E", "\u3000", "\uFEFF",
        "\U0001F600", "\U000E0041", "\0", new string('x', 84), new string('\u00FC', 42),
    ];

    [Fact]
    public void The_bytes_are_a_name_when_the_text_is_one()
    {
        var random = new Random();
        var seen = new int[2];
        for (var i = 0; i < 50_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ =>
                random.Next(3) > 0 ? Pieces[random.Next(Pieces.Length)] : Any(random).ToString()));
            var isName = ServiceName.TryParse(text, out _);
            var hex = Convert.ToHexString(Encoding.UTF8.GetBytes(text));
            Assert.True(isName == ServiceTable.IsName(Encoding.UTF8.GetBytes(text)), hex);
            Assert.True(!isName || (text.Trim() == text && !text.EnumerateRunes().Any(rune => Rune.IsControl(rune))), hex);
            seen[isName ? 1 : 0]++;
        }
        Assert.All(seen, count => Assert.True(count > 1000));
    }

    [Theory]
    [InlineData("lamp", true)]
    [InlineData("the lamp", true)]
    [InlineData("k\u00FCche.\u00A0x", true)]
    [InlineData("lamp ", false)]
    [InlineData("\tlamp", false)]
    [InlineData("\u3000lamp", false)]
    [InlineData("la\u202Emp", false)]
    [InlineData("la\u200Bmp", false)]
    [InlineData("lamp\U000E0041", false)]
    [InlineData(" ", false)]
    public void Names_that_look_like_another_are_none(string text, bool isName)
    {
        Assert.Equal(isName, ServiceName.TryParse(text, out _));
        if (isName) return;
        var refused = Assert.Throws<FormatException>(() => ServiceName.Parse(text));
        Assert.Contains(ServiceName.Rule, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_is_either_a_rejection_or_a_loss() =>
        Assert.Equal(["None"], Enum.GetNames<BrokerFault>().Intersect(Enum.GetNames<ZmtpFault>()));

    [Fact]
    public void What_requests_may_hold_is_a_setting() =>
        Assert.Equal(5L << 20, BrokerSettings.Of(new MajordomoOptions { HoldLimit = 5 << 20 }).HoldLimit);

    private static Rune Any(Random random)
    {
        while (true)
        {
            if (Rune.TryCreate(random.Next(random.Next(2) == 0 ? 0x3100 : 0x110000), out var rune)) return rune;
        }
    }
}
