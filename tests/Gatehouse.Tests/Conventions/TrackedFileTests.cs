using System.Text.RegularExpressions;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Conventions;

/// <summary>A checkout must work on any machine: what is tracked may not say where it was made or where its packages came from.</summary>
public sealed partial class TrackedFileTests
{
    private readonly string[] _tracked = Repository.Tracked();

    public TrackedFileTests() => Assert.SkipWhen(_tracked.Length == 0, "not under version control");

    [Fact]
    public void No_file_names_this_folder()
    {
        Assert.SkipWhen(Repository.Root.Count(sign => sign == '/') < 2, "the folder's name says too little");
        Rule.Holds(_tracked.Where(path => Read(path).Contains(Repository.Root, StringComparison.Ordinal)));
    }

    [Fact]
    public void No_file_says_where_packages_come_from() => Rule.Holds(_tracked.Where(path => Path.GetFileName(path) switch
    {
        "package-lock.json" => Read(path).Contains("\"resolved\"", StringComparison.Ordinal),
        ".npmrc" => RegistrySetting.IsMatch(Read(path)),
        "nuget.config" or "NuGet.config" or "NuGet.Config" => Read(path).Contains("://", StringComparison.Ordinal),
        var name when Path.GetExtension(name) is ".props" or ".targets" or ".csproj" => RestoreSetting.IsMatch(Read(path)),
        _ => false,
    }));

    private static string Read(string path)
    {
        var full = Path.Combine(Repository.Root, path);
        return File.Exists(full) ? File.ReadAllText(full) : "";
    }

    [GeneratedRegex(@"^\s*(@[\w-]+:)?registry\s*=", RegexOptions.Multiline)]
    private static partial Regex RegistrySetting { get; }

    [GeneratedRegex(@"<Restore(Additional)?(Project)?Sources\b")]
    private static partial Regex RestoreSetting { get; }
}
