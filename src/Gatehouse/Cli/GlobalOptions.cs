using System.CommandLine;
using System.CommandLine.Parsing;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary>The options that more than one command has, each of them one object, so that it means the same everywhere.</summary>
internal sealed class GlobalOptions
{
    public Option<Uri?> Hub { get; } = new("--hub")
    {
        Description = $"The hub's address. Otherwise ${HubAddress.Variable}, the hub of the data directory, or http://127.0.0.1:8080.",
        HelpName = "URL",
        Recursive = true,
        CustomParser = ReadAddress,
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The hub's data directory. Otherwise $STATE_DIRECTORY, or gatehouse in the user's data folder.",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };

    public Option<string?> Config { get; } = new("--config") { Description = "The configuration file.", HelpName = "FILE" };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "A setting that stands above the configuration file, such as web.listen=127.0.0.1:9000. May be repeated.",
        HelpName = "path=value",
        Validators = { CheckSettings },
    };

    /// <summary>What the command line says for a hub to run or to check.</summary>
    public RunOptions ToRunOptions(ParseResult parsed) => new(parsed.GetValue(Config), parsed.GetValue(Data), parsed.GetValue(Set) ?? []);

    private static Uri? ReadAddress(ArgumentResult result)
    {
        if (HubAddress.TryParse(result.Tokens[0].Value, out var address)) return address;
        result.AddError($"--hub: '{result.Tokens[0].Value}' is not an address such as http://127.0.0.1:8080.");
        return null;
    }

    private static void CheckSettings(OptionResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value.IndexOf('=', StringComparison.Ordinal) > 0) continue;
            result.AddError($"--set: '{token.Value}' is not a setting such as web.listen=127.0.0.1:9000.");
        }
    }
}
