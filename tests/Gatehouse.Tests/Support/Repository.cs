using System.Diagnostics;

namespace Gatehouse.Tests.Support;

/// <summary>The files of this checkout, for the tests that read them.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The C# files that somebody wrote, with paths from the root.</summary>
    public static IReadOnlyList<string> Code { get; } = [.. Written().Where(path => path.EndsWith(".cs", StringComparison.Ordinal))];

    /// <summary>The page's own files, with paths from the root.</summary>
    public static IEnumerable<string> Page => Written().Where(path => Path.GetExtension(path) is ".ts" or ".svelte" or ".css");

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    /// <summary>What is under version control; none outside of a checkout, as in an unpacked archive.</summary>
    public static string[] Tracked()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "-z"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var names = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return names.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    private static IEnumerable<string> Written() =>
        from folder in (string[])["src", "tests", "bench", "samples"]
        let start = Path.Combine(Root, folder)
        where Directory.Exists(start)
        from path in Directory.EnumerateFiles(start, "*", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path)
        where !relative.Split('/').Any(part => part is "node_modules" or "dist" or "bin" or "obj")
        select relative;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run inside of a checkout.");
        return folder.FullName;
    }
}
