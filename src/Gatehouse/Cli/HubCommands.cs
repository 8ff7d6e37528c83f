using System.CommandLine;
using System.Text.Json;
using Gatehouse.Parts;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Cli;

/// <summary><c>run</c>, <c>check</c> and <c>version</c>: the hub itself.</summary>
internal static class HubCommands
{
    private static readonly TimeSpan VersionPatience = TimeSpan.FromSeconds(1);

    public static Command Run(CommandHandlers handlers, GlobalOptions options)
    {
        var command = new ExampledCommand(
            "run",
            "Run a hub until Ctrl-C or SIGTERM. It prints READY and its address when it serves, and the link that opens the page once.",
            "gatehouse run",
            "gatehouse run --config gatehouse.json --data /var/lib/gatehouse",
            "gatehouse run --set web.listen=127.0.0.1:9000")
        {
            options.Config, options.Set,
        };
        command.SetAction((parsed, stop) => handlers.Run(options.ToRunOptions(parsed), stop));
        return command;
    }

    public static Command Check(CommandHandlers handlers, GlobalOptions options)
    {
        var command = new ExampledCommand("check", "Check the settings without running the hub.", "gatehouse check --config gatehouse.json")
        {
            options.Config, options.Set,
        };
        command.SetAction((parsed, stop) => handlers.Check(options.ToRunOptions(parsed), stop));
        return command;
    }

    public static Command Schema(CommandHandlers handlers, ClientRunner runner)
    {
        var markdown = new Option<bool>("--markdown") { Description = "Print the reference of the options instead, in Markdown." };
        var command = new ExampledCommand(
            "schema",
            "Print the JSON schema of gatehouse.json, for editors that complete and check it.",
            "gatehouse schema > gatehouse.schema.json")
        {
            markdown,
        };
        command.SetAction(async (parsed, stop) =>
        {
            await runner.PrintAsync(handlers.Describe(parsed.GetValue(markdown)), stop);
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Version(ClientRunner runner)
    {
        var command = new ExampledCommand("version", "Print the version, and that of the hub when one is running.", "gatehouse version")
        {
            runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var version = new VersionDocument(HubInfo.ProgramVersion, null, null);
            try
            {
                var reply = await hub.CallAsync("hub.info", [], VersionPatience, stop);
                version = version with { Hub = ReadVersion(reply), Address = hub.Address };
            }
            catch (GatehouseException)
            {
                // No hub, or none that tells: then there is only this program's version to print.
            }
            await runner.PrintAsync(runner.WantsJson(parsed) ? JsonText.Of(version) + "\n" : Show(version), stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static string Show(VersionDocument version) =>
        $"gatehouse {version.Version}\n" + (version.Hub is null ? "" : $"hub {TerminalText.Escape(version.Hub)} at {version.Address}\n");

    private static string? ReadVersion(IReadOnlyList<Value> reply)
    {
        if (reply is not [{ Kind: ValueKind.Json } info, ..]) return null;
        using var document = JsonDocument.Parse(info.Payload);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("version"u8, out var version)
            && version.ValueKind == JsonValueKind.String ? version.GetString() : null;
    }
}
