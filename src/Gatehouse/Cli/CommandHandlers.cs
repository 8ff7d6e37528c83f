namespace Gatehouse.Cli;

/// <summary>What the user said about the hub to run or to check. Null, or empty: not said.</summary>
/// <param name="Config">The configuration file.</param>
/// <param name="Data">The data directory.</param>
/// <param name="Set">Settings that stand above the file, as <c>path=value</c>; the syntax has been checked.</param>
internal sealed record RunOptions(string? Config, string? Data, IReadOnlyList<string> Set);

/// <summary>What the commands cannot do themselves, because it needs the hub: its parts stay out of sight, and unloaded, here.</summary>
/// <param name="Run">Runs a hub until it is told to stop; the exit code.</param>
/// <param name="Check">Checks a hub's configuration without running it; the exit code.</param>
/// <param name="Describe">Describes every option: as the JSON schema, or as the reference in Markdown when true is given.</param>
internal sealed record CommandHandlers(
    Func<RunOptions, CancellationToken, Task<int>> Run,
    Func<RunOptions, CancellationToken, Task<int>> Check,
    Func<bool, string> Describe);

/// <summary>How commands end.</summary>
internal static class ExitCode
{
    public const int Ok = 0, Failed = 1, Usage = 2, Unreachable = 3;
}
