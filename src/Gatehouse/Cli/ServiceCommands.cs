using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary><c>call</c> and <c>services</c>.</summary>
internal static class ServiceCommands
{
    private static readonly string[] Headings = ["NAME", "SUMMARY", "OWNER"];
    private static readonly string[] LoadHeadings = [.. Headings, "WORKERS", "IDLE", "QUEUED", "RATE"];

    public static Command Call(ClientRunner runner, Suggestions suggestions)
    {
        var service = Service(suggestions);
        var frames = Body();
        var deadline = ValueArguments.Seconds("--deadline", "How long it may take; 10 s, without, and 15 s with --mdp.");
        var broker = MdpCall.Broker("Ask this Majordomo broker, a hub's or another, such as tcp://127.0.0.1:5514, and not by HTTP.");
        var command = new ExampledCommand(
            "call",
            "Call a service and print each frame of its reply on a line.",
            "gatehouse call hub.info",
            "gatehouse call hub.info --mdp tcp://127.0.0.1:5514",
            """gatehouse call localhost.lamp '["on", {"level": 0.5}]' --deadline 2""")
        {
            service, frames, deadline, broker, runner.Options.Json,
        };
        command.SetAction((parsed, stop) =>
        {
            var (name, limit, json) = (parsed.GetRequiredValue(service), parsed.GetValue(deadline), runner.WantsJson(parsed));
            var body = Encoding.UTF8.GetBytes(parsed.GetValue(frames) ?? "");
            if (parsed.GetValue(broker) is { } address) return MdpCall.RunAsync(runner, address, name, body, limit, json, stop);
            return runner.RunAsync(parsed, async hub =>
            {
                var reply = await hub.CallJsonAsync(name, body, limit, stop);
                await runner.PrintAsync(
                    json ? JsonText.OfReply(reply) + "\n" : string.Concat(reply.Select(f => EntryText.Show(f) + "\n")), stop);
                return ExitCode.Ok;
            });
        });
        return command;
    }

    public static Argument<string> Service(Suggestions suggestions) => new("SERVICE")
    {
        Description = "Its name, as 'gatehouse services' lists it.",
        Validators = { CheckService },
        CompletionSources = { suggestions.Services },
    };

    public static Argument<string?> Body() => new("JSON")
    {
        Description = "An array is one frame for each element, anything else one frame; none, without.",
        Arity = ArgumentArity.ZeroOrOne,
        Validators = { CheckJson },
    };

    public static Command List(ClientRunner runner)
    {
        var command = new ExampledCommand(
            "services",
            "List what can be called. A name with a dot at its end stands for all that start with it.",
            "gatehouse services",
            "gatehouse services --json | jq '.[].name'")
        {
            runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var services = await hub.ServicesAsync(stop);
            await runner.PrintAsync(
                runner.WantsJson(parsed) ? JsonText.Of([.. services]) + "\n" : Show(services, runner.Console.Width),
                stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    // What workers have to do takes columns only where there are workers.
    private static string Show(IReadOnlyList<HubService> services, int? width) =>
        services.Any(s => s.Workers is not null)
            ? Table.Render(LoadHeadings, [.. services.Select(s => (string[])[.. Row(s), .. Load(s)])], flexible: 1, width)
            : Table.Render(Headings, [.. services.Select(Row)], flexible: 1, width);

    private static string[] Row(HubService service) =>
        [TerminalText.Escape(service.Name), TerminalText.Escape(service.Summary), TerminalText.Escape(service.Owner)];

    private static string[] Load(HubService service) => service.Workers is null
        ? ["", "", "", ""]
        : [Count(service.Workers), Count(service.Idle), Count(service.Queued), Rate(service.Rate)];

    private static string Count(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Rate(double? rate) => rate is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.#}/s") : "";

    private static void CheckService(ArgumentResult result)
    {
        var name = result.Tokens[0].Value;
        if (name.Length == 0) result.AddError("The service's name is empty.");
        else if (!HubPath.CanCarry(name, out var reason)) result.AddError($"{reason}.");
    }

    private static void CheckJson(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        try
        {
            using var document = JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            result.AddError($"'{text}' is not JSON; text needs its quotes, as in '\"text\"'.");
        }
    }
}
