using Gatehouse.Runtime;
using Gatehouse.Sdk.Hub;
using Gatehouse.Security;
using Gatehouse.Tests.Devices;

namespace Gatehouse.Tests.Security;

public sealed class AccessTokenTests : IDisposable
{
    private const UnixFileMode ItsUserAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DataDirectory _data = DataDirectory.Take(Directory.CreateTempSubdirectory("gatehouse").FullName);
    private readonly LogLines<AccessToken> _log = new();

    private string Path => System.IO.Path.Combine(_data.Path, "token");

    public void Dispose()
    {
        _data.Dispose();
        Directory.Delete(_data.Path, recursive: true);
    }

    [Fact]
    public void It_is_made_for_its_user_alone_and_kept()
    {
        var token = AccessToken.Open(_data, _log);
        if (!OperatingSystem.IsWindows()) Assert.Equal(ItsUserAlone, File.GetUnixFileMode(Path));
        var text = HubFolder.ReadToken(_data.Path)!;
        Assert.Equal(text + "\n", File.ReadAllText(Path));
        Assert.True(Secret.TryParse(text, out _));
        Assert.True(token.Is(text));
        Assert.False(token.Is(text + "\n"));
        Assert.False(token.Is(""));
        Assert.True(AccessToken.Open(_data, _log).Is(text));
        Assert.Equal(text + "\n", File.ReadAllText(Path));
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void One_that_others_can_use_is_replaced(UnixFileMode more)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no modes there");
        var before = AccessToken.Open(_data, _log);
        var text = HubFolder.ReadToken(_data.Path)!;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path, ItsUserAlone | more);
        var token = AccessToken.Open(_data, _log);
        Assert.True(before.Is(text));
        Assert.False(token.Is(text));
        Assert.True(token.Is(HubFolder.ReadToken(_data.Path)!));
        if (!OperatingSystem.IsWindows()) Assert.Equal(ItsUserAlone, File.GetUnixFileMode(Path));
        Assert.Contains("others than its user could use it", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short\n")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")]
    public void One_that_is_no_token_is_replaced(string content)
    {
        AccessToken.Open(_data, _log);
        File.WriteAllText(Path, content);
        var token = AccessToken.Open(_data, _log);
        Assert.True(token.Is(HubFolder.ReadToken(_data.Path)!));
        Assert.Contains("it is not a token", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_is_replaced_and_not_followed()
    {
        var elsewhere = System.IO.Path.Combine(_data.Path, "elsewhere");
        AccessToken.Open(_data, _log);
        File.Move(Path, elsewhere);
        var text = File.ReadAllText(elsewhere);
        File.CreateSymbolicLink(Path, elsewhere);
        Assert.False(AccessToken.Open(_data, _log).Is(text.TrimEnd('\n')));
        Assert.Equal(text, File.ReadAllText(elsewhere));
        Assert.Null(new FileInfo(Path).LinkTarget);
        Assert.Contains("it is not a file", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_its_place_is_left_alone_and_said_to_be_in_the_way()
    {
        Directory.CreateDirectory(Path);
        var fault = Assert.Throws<IOException>(() => AccessToken.Open(_data, _log));
        Assert.Contains($"'{Path}' is a folder", fault.Message, StringComparison.Ordinal);
        Assert.Contains("remove", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_log.Lines);
        Assert.True(Directory.Exists(Path));
        Assert.False(File.Exists(Path + ".next"));
    }

    [Fact]
    public void What_an_interrupted_start_left_does_not_lend_its_mode()
    {
        File.WriteAllText(Path + ".next", "for all to read");
        AccessToken.Open(_data, _log);
        if (!OperatingSystem.IsWindows()) Assert.Equal(ItsUserAlone, File.GetUnixFileMode(Path));
        Assert.False(File.Exists(Path + ".next"));
    }

    [Fact]
    public void Whose_a_file_is_can_be_told()
    {
        Assert.Null(FileStatus.Of(Path));
        Assert.Equal((false, true), FileStatus.Of(_data.Path) is { } folder ? (folder.IsFile, folder.IsOwn) : default);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "root alone can give files away");
        Assert.True(FileStatus.Of("/proc/self/status")!.Value.IsOwn);
        Assert.Throws<IOException>(() => FileStatus.Of(_data.Path + "/" + new string('x', 300)));
    }
}
