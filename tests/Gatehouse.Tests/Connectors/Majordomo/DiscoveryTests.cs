using System.Diagnostics;
using System.Text;
using Gatehouse.Connectors.Majordomo;

namespace Gatehouse.Tests.Connectors.Majordomo;

public sealed class DiscoveryTests
{
    private static readonly string[] Names = ["abab", "k\u00FCche", "Lamp", "lamp"];

    [Theory]
    [InlineData("lamp", "lamp")]
    [InlineData("(?i)lamp", "Lamp lamp")]
    [InlineData("amp", "Lamp lamp")]
    [InlineData("", "abab k\u00FCche Lamp lamp")]
    [InlineData("\u00FC", "k\u00FCche")]
    [InlineData("(?P<x>ab)(?P=x)", "abab")]
    [InlineData(@"(ab)\1", "abab")]
    [InlineData("(?<=L)amp", "Lamp")]
    [InlineData(@"\\Z", "")]
    [InlineData(@"\(?P<", "")]
    [InlineData("^l{,3}amp", "")]
    [InlineData("^l{0,3}amp", "lamp")]
    [InlineData("^[k-m-[l]]", "k\u00FCche")]
    public void A_pattern_of_Python_finds_names(string pattern, string found)
    {
        var discovery = new Discovery();
        for (var i = 0; i < 2; i++)
        {
            Assert.True(discovery.TryFind(Encoding.UTF8.GetBytes(pattern), Names, out var names));
            Assert.Equal(found, string.Join(' ', names));
        }
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("a{2")]
    [InlineData("*")]
    [InlineData("(?P=x")]
    [InlineData("(?P=x)")]
    [InlineData(@"\")]
    [InlineData("(?a)lamp")]
    [InlineData("(?L)lamp")]
    [InlineData("(?u)lamp")]
    [InlineData("l*+")]
    [InlineData(@"\N{DASH}")]
    public void A_bad_pattern_finds_nothing_or_is_refused(string pattern)
    {
        var isRefused = !new Discovery().TryFind(Encoding.UTF8.GetBytes(pattern), Names, out var names);
        Assert.True(isRefused || names!.Count == 0);
        Assert.Equal(pattern != "a{2", isRefused);
    }

    [Fact]
    public void A_pattern_has_an_end_and_is_UTF_8()
    {
        Assert.True(new Discovery().TryFind(Enumerable.Repeat((byte)'a', 1024).ToArray(), Names, out _));
        Assert.False(new Discovery().TryFind(Enumerable.Repeat((byte)'a', 1025).ToArray(), Names, out _));
        Assert.False(new Discovery().TryFind([0xFF], Names, out _));
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(?=x?)(a+)+$")]
    [InlineData("(?=x?)(a|aa)+$")]
    [InlineData("(((a{1,1000}){1,1000}){1,1000}){1,1000}b")]
    [InlineData("(?=x?)(((a{1,1000}){1,1000}){1,1000}){1,1000}b")]
    [InlineData("(x+x+)+y(.*.*)*=.*")]
    public void A_pattern_that_explodes_costs_little(string pattern)
    {
        string[] names = [.. Enumerable.Range(0, 1000).Select(i => new string('a', 100) + $"!{i}")];
        var started = Stopwatch.GetTimestamp();
        new Discovery().TryFind(Encoding.UTF8.GetBytes(pattern), names, out _);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
