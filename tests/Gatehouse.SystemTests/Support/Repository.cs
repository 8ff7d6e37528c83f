namespace Gatehouse.SystemTests.Support;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The commit that is checked out, short.</summary>
    public static async Task<string> CommitAsync()
    {
        await using var git = ChildProcess.Start("git", ["-C", Root, "rev-parse", "--short=10", "HEAD"]);
        return (await git.EndAsync()).Output.Trim();
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside of a checkout.");
        }
        return folder.FullName;
    }
}
