using Gatehouse.Connectors;

namespace Gatehouse.Tests.Connectors;

public sealed class OpenFilesTests
{
    private const string Table =
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        + "Max processes             31417                31417                processes \n"
        + "Max open files            1024                 524288               files     \n"
        + "Max locked memory         unlimited            unlimited            bytes     \n";

    [Fact]
    public void The_soft_limit_is_what_counts()
    {
        Assert.True(OpenFiles.TryParse(Table, out var limit));
        Assert.Equal(1024, limit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Max open files")]
    [InlineData("Max open files            unlimited            unlimited            files")]
    [InlineData("Max open files            -5                   1                    files")]
    [InlineData("Max open files            99999999999999999999 1                    files")]
    [InlineData("Max processes             31417                31417                processes")]
    [InlineData("  Max open files          7                    7                    files")]
    public void Without_a_number_there_is_none(string limits) => Assert.False(OpenFiles.TryParse(limits, out _));

    [Fact]
    public void Whatever_the_table_says_it_is_read_without_harm()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var text = Table.ToCharArray();
            for (var k = random.Next(4); k >= 0; k--) text[random.Next(text.Length)] = (char)random.Next(128);
            if (OpenFiles.TryParse(new string(text, 0, random.Next(text.Length + 1)), out var limit)) Assert.True(limit >= 0);
        }
    }

    [Theory]
    [InlineData(null, 10_000, 10_000)]
    [InlineData(65_536L, 10_000, 10_000)]
    [InlineData(1024L, 10_000, 768)]
    [InlineData(1024L, 100, 100)]
    [InlineData(200L, 10_000, 16)]
    [InlineData(0L, 5, 5)]
    [InlineData(long.MaxValue, int.MaxValue, int.MaxValue)]
    public void Some_are_kept_for_the_hub(long? limit, int wanted, int peers) =>
        Assert.Equal(peers, OpenFiles.PeersWithin(limit, wanted));

    [Fact]
    public void This_process_has_a_limit_where_the_system_tells()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has the table");
        Assert.True(OpenFiles.Limit() is null or > 16);
    }
}
