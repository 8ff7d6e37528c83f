using System.CommandLine;
using Gatehouse.Sdk.Hub;
using Gatehouse.Security;

namespace Gatehouse.Cli;

/// <summary><c>code</c> and <c>sessions</c>: letting browsers in, and out again.</summary>
internal static class SessionCommands
{
    private static readonly string[] Headings = ["ID", "SEEN", "OPENED", "FROM", "BROWSER"];

    public static Command Code(ClientRunner runner)
    {
        var command = new ExampledCommand(
            "code",
            "Make a code that opens the page once, and print the link to open. It holds for ten minutes.",
            "gatehouse code",
            "xdg-open \"$(gatehouse code)\"")
        {
            runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var code = await hub.Sessions.MintCodeAsync(stop);
            await runner.PrintAsync(
                runner.WantsJson(parsed) ? JsonText.Of(code) + "\n" : Invitation.Link(hub.Address, code.Code) + "\n", stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Sessions(ClientRunner runner)
    {
        var command = new ExampledCommand(
            "sessions",
            "List the browsers that are signed in, the one seen last first.",
            "gatehouse sessions",
            "gatehouse sessions --json | jq '.[].agent'",
            "gatehouse sessions end 4f7c01b2a9d3")
        {
            runner.Options.Json,
            End(runner),
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var sessions = await hub.Sessions.ListAsync(stop);
            var now = runner.Console.Time.GetUtcNow();
            await runner.PrintAsync(
                runner.WantsJson(parsed) ? JsonText.Of([.. sessions]) + "\n"
                    : Table.Render(Headings, [.. sessions.Select(s => Row(s, now))], flexible: 4, runner.Console.Width),
                stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static ExampledCommand End(ClientRunner runner)
    {
        var id = new Argument<string>("ID") { Description = "Which one, as 'gatehouse sessions' lists it." };
        var command = new ExampledCommand(
            "end", "Sign a browser out; what it follows ends at once.", "gatehouse sessions end 4f7c01b2a9d3")
        {
            id,
        };
        id.Validators.Add(result =>
        {
            if (!HubPath.CanCarry(result.Tokens[0].Value, out var reason)) result.AddError($"{reason}.");
        });
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var name = parsed.GetRequiredValue(id);
            if (await hub.Sessions.EndAsync(name, stop)) return ExitCode.Ok;
            runner.Tell($"there is no session '{name}'; 'gatehouse sessions' lists what there is");
            return ExitCode.Failed;
        }));
        return command;
    }

    private static string[] Row(HubSession session, DateTimeOffset now) =>
    [
        TerminalText.Escape(session.Id), EntryText.Age(now - session.LastSeen), EntryText.Age(now - session.Created),
        TerminalText.Escape(session.Address), TerminalText.Escape(session.Agent),
    ];
}
