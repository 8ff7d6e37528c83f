namespace Gatehouse.Tests.Support;

/// <summary>The threads of this process, by the names that the system shows.</summary>
internal static class NamedThreads
{
    /// <summary>How many there are whose name starts so.</summary>
    public static int Count(string start) =>
        Directory.GetDirectories("/proc/self/task").Count(task => NameOf(task).StartsWith(start, StringComparison.Ordinal));

    // Other tests' threads end while this one looks.
    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
