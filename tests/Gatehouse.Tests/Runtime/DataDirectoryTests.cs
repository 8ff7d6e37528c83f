using Gatehouse.Runtime;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Tests.Runtime;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_hub_at_a_time_holds_it_and_the_second_is_told_which()
    {
        var path = Path.Combine(_folder, "new", "data");
        using (var first = DataDirectory.Take(path))
        {
            first.Record(new HubRecord(4711, new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), "http://127.0.0.1:8080"));
            var refusal = Assert.Throws<DataDirectoryException>(() => DataDirectory.Take(path)).Message;
            Assert.Contains("process id 4711, started 2026-01-31 12:00:00Z, at http://127.0.0.1:8080", refusal, StringComparison.Ordinal);
            Assert.Equal(4711, HubFolder.ReadRecord(path)!.Process);
        }
        Assert.Null(HubFolder.ReadRecord(path));
        DataDirectory.Take(path).Dispose();
    }

    [Fact]
    public void Its_user_alone_can_read_it()
    {
        var path = Path.Combine(_folder, "private");
        using var data = DataDirectory.Take(path);
        const UnixFileMode itsUserAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsWindows()) Assert.Equal(itsUserAlone, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_place_that_cannot_be_a_folder_is_refused_with_the_reason()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        var refusal = Assert.Throws<DataDirectoryException>(() => DataDirectory.Take(Path.Combine(_folder, "file")));
        Assert.Contains("cannot be used", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("STATE_DIRECTORY=/var/lib/gatehouse:/other", "/var/lib/gatehouse")]
    [InlineData("XDG_DATA_HOME=/data;HOME=/home/a", "/data/gatehouse")]
    [InlineData("HOME=/home/a", "/home/a/.local/share/gatehouse")]
    public void Without_a_name_it_is_where_the_system_wants_it(string environment, string path)
    {
        var variables = environment.Split(';').Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        Assert.Equal(path, HubFolder.DefaultPath(variables.GetValueOrDefault));
    }
}
