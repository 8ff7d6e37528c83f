namespace Gatehouse.Tests;

/// <summary>Files of the repository that tests compare with the program.</summary>
internal static class RepositoryFiles
{
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root(), path));

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Gatehouse.slnx")))
        {
            at = at.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }
        return at.FullName;
    }
}
