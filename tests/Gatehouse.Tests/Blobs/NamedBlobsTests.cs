using System.Text;
using Gatehouse.Blobs;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Blobs;

public sealed class NamedBlobsTests
{
    private static readonly string Id = new('a', 64);

    [Theory]
    [InlineData("""{"blob": "ID", "type": "image/png", "size": 3}""", true)]
    [InlineData("""{"front": [{"deep": {"blob": "ID"}}]}""", true)]
    [InlineData("""{"blob": ["ID"]}""", false)]
    [InlineData("""{"blob": "short"}""", false)]
    [InlineData("""["blob", "ID"]""", false)]
    [InlineData("\"ID\"", false)]
    [InlineData("null", false)]
    public void A_value_names_the_blobs_that_its_members_called_blob_hold(string json, bool named)
    {
        using var tree = Trees.New();
        Assert.True(Value.TryParse(Encoding.UTF8.GetBytes(json.Replace("ID", Id, StringComparison.Ordinal)), out var value));
        tree.Set(new Gatehouse.Sdk.Values.Change(tree.Intern("/door/camera"), value), new Origin("test"));
        var found = NamedBlobs.In(tree.Snapshot(KeyFilter.All, new Origin("test")).Entries);
        Assert.Equal(named ? [Id] : [], found);
    }

    [Theory]
    [InlineData("image/jpeg", "jpg")]
    [InlineData("IMAGE/PNG; charset=binary", "png")]
    [InlineData("application/octet-stream", "bin")]
    [InlineData("image/svg+xml", null)]
    [InlineData("text/html", null)]
    [InlineData("image/", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Types_are_those_a_browser_runs_nothing_of(string? contentType, string? extension) =>
        Assert.Equal(extension, BlobType.TryParse(contentType, out var type) ? type.Extension : null);
}
