using Gatehouse.Requests.Store;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Requests.Store;

public sealed class StoreServiceTests : IDisposable
{
    private static readonly (string Section, string Key)[] AwkwardNames = [("DEFAULT", "a=b"), ("sec]tion", "#key"), (" s ", "k|%")];

    private readonly HubFile _file = new();
    private StoreOptions _options = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData("[set][svc][sec][Key1][v1]", "[svc][sec][Key1][200]")]
    [InlineData("[get][S][sec][Key]", "[S][sec][Key][value][200]")]
    [InlineData("[get][S][sec][key]", "[S][sec][key][404]")]
    [InlineData("[get][S][Sec][Key]", "[S][Sec][Key][404]")]
    [InlineData("[get][S][sec][Key][]", "[S][sec][Key][value][200]")]
    [InlineData("[get][badservice][badsection][badkey]", "[badservice][badsection][badkey][404]")]
    [InlineData("[delete][S][sec][Key]", "[S][sec][Key][200]")]
    [InlineData("[delete][S][sec][none]", "[S][sec][none][200]")]
    [InlineData("[delete][badservice][badsection][badkey]", "[badservice][badsection][500]")]
    [InlineData("[delete][S][sec]", "[S][sec][200]")]
    [InlineData("[delete][badservice][badsection]", "[badservice][badsection][200]")]
    [InlineData("[delete][S]", "[S][200]")]
    [InlineData("[delete][badservice]", "[badservice][200]")]
    [InlineData("[delete]", "[500]")]
    [InlineData("[get]", "[500]")]
    [InlineData("[xx]", "[500]")]
    [InlineData("[xx][svc]", "[501]")]
    [InlineData("[Set][S][sec][Key][v]", "[501]")]
    [InlineData("", "[500]")]
    [InlineData("[]", "[500]")]
    [InlineData("[set][S]", "[500]")]
    [InlineData("[set][S][sec][Key]", "[500]")]
    [InlineData("[get][S][sec]", "[500]")]
    [InlineData("[list][S]", "[S][other|sec][200]")]
    [InlineData("[list][S][sec]", "[S][sec][Key|b][200]")]
    [InlineData("[list][S][none]", "[S][none][404]")]
    [InlineData("[list][none]", "[none][404]")]
    [InlineData("[list]", "[500]")]
    [InlineData("[cas][S][sec][Key][value][new]", "[S][sec][Key][200]")]
    [InlineData("[cas][S][sec][Key][other][new]", "[S][sec][Key][409]")]
    [InlineData("[cas][S][sec][none][value][new]", "[S][sec][none][409]")]
    [InlineData("[cas][S][sec][Key][new]", "[S][sec][Key][409]")]
    [InlineData("[cas][S][sec][none][new]", "[S][sec][none][200]")]
    [InlineData("[cas][S][sec][Key]", "[500]")]
    [InlineData("[cas][S][sec][Key][a][b][c]", "[500]")]
    public async Task Each_row_is_answered_as_it_is_written_down(string asked, string answered)
    {
        var rows = New();
        Assert.Equal("[S][sec][Key][200]", await rows.AskAsync("[set][S][sec][Key][value]"));
        Assert.Equal("[S][sec][b][200]", await rows.AskAsync("[set][S][sec][b][]"));
        Assert.Equal("[S][other][c][200]", await rows.AskAsync("[set][S][other][c][1]"));
        Assert.Equal(answered, await rows.AskAsync(asked));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("")]
    public async Task A_name_that_could_be_a_path_is_refused_wherever_it_stands(string name)
    {
        var rows = New();
        Assert.False(StoreName.IsValid(name));
        foreach (var row in (string[])
            [$"[set][{name}][s][k][v]", $"[set][S][{name}][k][v]", $"[set][S][s][{name}][v]", $"[get][S][s][{name}]",
             $"[delete][{name}]", $"[delete][S][{name}]", $"[list][{name}]", $"[cas][S][{name}][k][v]"])
        {
            Assert.Equal("[500]", await rows.AskAsync(row));
        }
        Assert.Empty(Values().Services());
    }

    [Fact]
    public async Task A_name_has_up_to_255_bytes_of_UTF8()
    {
        var rows = New();
        var longest = string.Concat(Enumerable.Repeat("ü", 127)) + "x";
        Assert.True(StoreName.IsValid(longest));
        Assert.Equal($"[S][s][{longest}][200]", await rows.AskAsync($"[set][S][s][{longest}][v]"));
        Assert.False(StoreName.IsValid(longest + "x"));
        Assert.Equal("[500]", await rows.AskAsync($"[set][S][s][{longest}x][v]"));
        Assert.False(StoreName.IsValid("\ud800"));
        Assert.Equal("[500]", StoreRows.Show(await rows.AskAsync(Frames.Of(["set"u8.ToArray(), [0xC3], [1], [1], [1]]))));
    }

    [Theory]
    [InlineData("50%")]
    [InlineData("  blanks\t")]
    [InlineData("a ;b")]
    [InlineData("\"\"")]
    [InlineData("")]
    [InlineData("\r\n\n  indented:\n\n    code\n")]
    [InlineData("nul\0nul")]
    public async Task A_value_comes_back_as_it_was(string value)
    {
        var rows = New();
        foreach (var (section, key) in AwkwardNames)
        {
            Assert.Equal($"[S][{section}][{key}][200]", await rows.AskAsync($"[set][S][{section}][{key}][{value}]"));
        }
        _file.Reopen();
        rows = New();
        foreach (var (section, key) in AwkwardNames)
        {
            Assert.Equal($"[S][{section}][{key}][{value}][200]", await rows.AskAsync($"[get][S][{section}][{key}]"));
        }
        Assert.Equal("[S][ s ][k%7C%25][200]", await rows.AskAsync("[list][S][ s ]"));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_come_back_as_they_were()
    {
        var rows = New();
        var value = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        await rows.AskAsync(Frames.Of(["set"u8.ToArray(), "S"u8.ToArray(), "s"u8.ToArray(), "k"u8.ToArray(), value]));
        Assert.Equal(value, (await rows.AskAsync(StoreRows.Read("[get][S][s][k]")))[3].ToArray());
        Assert.Equal(value, Values().Get(new StoreKey("S", "s", "k")));
    }

    [Fact]
    public async Task A_section_stays_when_its_last_key_goes()
    {
        var rows = New();
        await rows.AskAsync("[set][S][sec][Key][v]");
        Assert.Equal("[S][sec][Key][200]", await rows.AskAsync("[delete][S][sec][Key]"));
        Assert.Equal("[S][sec][Key][200]", await rows.AskAsync("[delete][S][sec][Key]"));
        Assert.Equal("[S][sec][][200]", await rows.AskAsync("[list][S][sec]"));
        Assert.Equal("[S][sec][200]", await rows.AskAsync("[list][S]"));
        Assert.Equal("[S][sec][200]", await rows.AskAsync("[delete][S][sec]"));
        Assert.Equal("[S][sec][500]", await rows.AskAsync("[delete][S][sec][Key]"));
        Assert.Equal("[S][404]", await rows.AskAsync("[list][S]"));
        Assert.Equal(default, Values().Total());
    }

    [Fact]
    public async Task Keys_are_one_in_all_cases_when_the_option_says_so()
    {
        var rows = New();
        await rows.AskAsync("[set][S][s][Key1][upper]");
        await rows.AskAsync("[set][S][s][key1][lower]");
        _options = new StoreOptions { IgnoreCase = true };
        rows = New();
        Assert.Equal("[S][s][Key1][upper][200]", await rows.AskAsync("[get][S][s][Key1]"));
        Assert.Equal("[S][s][key1][lower][200]", await rows.AskAsync("[get][S][s][key1]"));
        Assert.Equal("[S][s][KEY1][upper][200]", await rows.AskAsync("[get][S][s][KEY1]"));
        Assert.Equal("[S][s][KEY1][200]", await rows.AskAsync("[set][S][s][KEY1][new]"));
        Assert.Equal("[S][s][Key1][new][200]", await rows.AskAsync("[get][S][s][Key1]"));
        Assert.Equal("[S][s][KEY1][409]", await rows.AskAsync("[cas][S][s][KEY1][x]"));
        Assert.Equal("[S][s][ÄÖ][200]", await rows.AskAsync("[set][S][s][ÄÖ][x]"));
        Assert.Equal("[S][s][äö][x][200]", await rows.AskAsync("[get][S][s][äö]"));
        Assert.Equal("[S][s][Key1|key1|ÄÖ][200]", await rows.AskAsync("[list][S][s]"));
        Assert.Equal("[S][S1][key1][404]", await rows.AskAsync("[get][S][S1][key1]"));
        Assert.Equal("[S][s][kEY1][200]", await rows.AskAsync("[delete][S][s][kEY1]"));
        Assert.Equal("[S][s][ÄÖ][200]", await rows.AskAsync("[list][S][s]"));
        await rows.AskAsync("[delete][S]");
        Assert.Equal(default, Values().Total());
    }

    [Fact]
    public async Task What_is_too_much_is_refused_and_nothing_is_half_stored()
    {
        _options = new StoreOptions { MaxValue = 10, MaxEntries = 3, MaxSize = 30 };
        var rows = New();
        Assert.Equal("[500]", await rows.AskAsync("[set][S][s][k][12345678901]"));
        Assert.Equal("[S][s][k][200]", await rows.AskAsync("[set][S][s][k][1234567890]"));
        Assert.Equal("[S][s][l][200]", await rows.AskAsync("[set][S][s][l][1234567890]"));
        Assert.Equal("[500]", await rows.AskAsync("[set][S][s][m][1]"));
        Assert.Equal("[500]", await rows.AskAsync("[set][S][t][k][1]"));
        Assert.Equal("[S][200]", (await rows.AskAsync("[list][S]")).Replace("[s]", "", StringComparison.Ordinal));
        Assert.Equal("[S][s][k][200]", await rows.AskAsync("[set][S][s][k][]"));
        Assert.Equal("[S][s][l][200]", await rows.AskAsync("[delete][S][s][l]"));
        Assert.Equal("[500]", await rows.AskAsync("[set][S][a section of some][k][1]"));
        Assert.Equal("[S][s][m][200]", await rows.AskAsync("[set][S][s][m][1]"));
        Assert.Equal(new StoreTotal(3, 5), Values().Total());
    }

    [Fact]
    public async Task Without_a_file_everything_is_answered_500()
    {
        _file.Reopen(path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        });
        var rows = New();
        Assert.Equal("[500]", await rows.AskAsync("[set][S][s][k][v]"));
        Assert.Equal("[500]", await rows.AskAsync("[get][S][s][k]"));
        Assert.Equal("[500]", await rows.AskAsync("[delete][S]"));
        Assert.Equal("[501]", await rows.AskAsync("[xx][S]"));
    }

    [Fact]
    public async Task Who_comes_when_too_many_wait_is_told_to_come_again()
    {
        using var holding = new ManualResetEventSlim();
        var hold = _file.Database.WriteAsync(_ => holding.Wait(TimeSpan.FromSeconds(30)), TestContext.Current.CancellationToken);
        var rows = New(limit: 2);
        var (first, second) = (rows.AskAsync("[set][S][s][k][1]"), rows.AskAsync("[set][S][s][k][2]"));
        Assert.Equal("[500]", await rows.AskAsync("[set][S][s][k][3]"));
        holding.Set();
        Assert.True(await hold);
        Assert.Equal(("[S][s][k][200]", "[S][s][k][200]"), (await first, await second));
        Assert.Equal("[S][s][k][2][200]", await rows.AskAsync("[get][S][s][k]"));
    }

    [Fact]
    public async Task A_list_that_no_message_should_have_is_refused()
    {
        var stop = TestContext.Current.CancellationToken;
        await _file.Database.WriteAsync(
            session => session.Command(
                """
                INSERT INTO store_section VALUES (1, 'S', 's');
                WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 34000)
                INSERT INTO store_entry SELECT n, 1, key, key, x'00' FROM (SELECT n, printf('%0250d', n) AS key FROM i)
                """).ExecuteNonQuery(),
            stop);
        var rows = New();
        Assert.Equal("[500]", await rows.AskAsync("[list][S][s]"));
        Assert.Equal(5, Values().Keys("S", "s", "", 5)!.Count);
        Assert.Equal("[S][s][200]", await rows.AskAsync("[delete][S][s]"));
    }

    private StoreRows New(int limit = 1024) => new(Values(), limit);

    private KeptValues Values() => new(_file.Database, _options);
}
