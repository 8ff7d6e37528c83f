using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Gatehouse.Requests;
using Gatehouse.Sdk.Hub;
using Gatehouse.Services;

namespace Gatehouse.Cli;

/// <summary><c>request</c>, <c>requests</c>, <c>reply</c> and <c>close</c>: requests that last until they are answered.</summary>
internal static class RequestCommands
{
    private const int MostListed = 1000;

    private static readonly string[] Headings = ["ID", "SERVICE", "STATE", "ATTEMPTS", "AGE", "REASON"];

    public static Command Request(ClientRunner runner, Suggestions suggestions)
    {
        var service = ServiceCommands.Service(suggestions);
        service.Description = "Its name; nobody needs to offer it yet.";
        var frames = ServiceCommands.Body();
        var id = new Option<string?>("--id")
        {
            Description = "An id of your own: with it, asking twice does no more than asking once. The hub makes one, without.",
            HelpName = "ID",
            Validators = { CheckId },
        };
        var callback = new Option<string?>("--callback")
        {
            Description = "Where the hub posts the ended request to; its option requests.callbackHosts names the hosts it calls.",
            HelpName = "URL",
        };
        var (wait, deadline) = Waiting();
        var command = new ExampledCommand(
            "request",
            "Have the hub keep a request until its service has answered, and print its id; or wait, and print each frame of the answer on "
            + "a line.",
            "gatehouse request localhost.lamp '[\"on\"]'",
            "gatehouse request localhost.lamp '[\"on\"]' --id morning-2026-01-31 --wait",
            "gatehouse reply \"$(gatehouse request localhost.report)\" --wait")
        {
            service, frames, id, callback, wait, deadline, runner.Options.Json,
        };
        command.Validators.Add(result => CheckWaiting(result, wait, deadline));
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var body = Encoding.UTF8.GetBytes(parsed.GetValue(frames) ?? "");
            var request = await hub.Durable.RequestJsonAsync(
                parsed.GetRequiredValue(service), body, parsed.GetValue(id), parsed.GetValue(callback), wait: null, stop);
            if (parsed.GetValue(wait))
            {
                // Whoever does not wait to the end can ask for the answer by it.
                if (parsed.GetValue(id) is null) runner.Tell($"the request has the id {request.Id}");
                return await ReplyAsync(runner, parsed, hub, request.Id, isPatient: true, parsed.GetValue(deadline), stop);
            }
            await runner.PrintAsync((runner.WantsJson(parsed) ? RequestJson.Of(request) : request.Id) + "\n", stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command List(ClientRunner runner, Suggestions suggestions)
    {
        var state = State();
        var service = new Option<string?>("--service")
        {
            Description = "Only those for this service; with a dot at its end, for all whose name starts with it.",
            HelpName = "NAME",
            CompletionSources = { suggestions.Services },
        };
        var limit = new Option<int?>("--limit")
        {
            Description = $"How many at most, 1 to {MostListed}; 100, without.",
            HelpName = "N",
            Validators = { CheckLimit },
        };
        var after = new Option<string?>("--after")
        {
            Description = "Only those older than the one with this id.",
            HelpName = "ID",
            Validators = { CheckId },
        };
        var command = new ExampledCommand(
            "requests",
            "List the requests that the hub keeps, newest first.",
            "gatehouse requests",
            "gatehouse requests --state failed --service localhost.",
            "gatehouse requests --json | jq '.[].id'")
        {
            state, service, after, limit, runner.Options.Json,
            RequestTransfer.Import(runner),
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var requests = await hub.Durable.ListAsync(
                parsed.GetValue(state), parsed.GetValue(service), parsed.GetValue(after), parsed.GetValue(limit), stop);
            var now = runner.Console.Time.GetUtcNow();
            await runner.PrintAsync(
                runner.WantsJson(parsed) ? RequestJson.Of(requests) + "\n"
                    : Table.Render(Headings, [.. requests.Select(r => Row(r, now))], flexible: 5, runner.Console.Width),
                stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Reply(ClientRunner runner, Suggestions suggestions)
    {
        var id = Id(suggestions);
        var (wait, deadline) = Waiting();
        var command = new ExampledCommand(
            "reply",
            "Print the answer to a request, each frame on a line. It stays until the request is closed.",
            "gatehouse reply morning-2026-01-31",
            "gatehouse reply morning-2026-01-31 --wait --deadline 60")
        {
            id, wait, deadline, runner.Options.Json,
        };
        command.Validators.Add(result => CheckWaiting(result, wait, deadline));
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, hub => ReplyAsync(
            runner, parsed, hub, parsed.GetRequiredValue(id), parsed.GetValue(wait), parsed.GetValue(deadline), stop)));
        return command;
    }

    public static Command Close(ClientRunner runner, Suggestions suggestions)
    {
        var id = Id(suggestions);
        id.Arity = ArgumentArity.ZeroOrOne;
        var service = new Option<string?>("--service")
        {
            Description = "Instead of an ID: all requests for this service; with a dot at its end, for all whose name starts with it.",
            HelpName = "NAME",
            CompletionSources = { suggestions.Services },
            Validators = { CheckService },
        };
        var state = State();
        var command = new ExampledCommand(
            "close",
            "Have the hub forget a request and its answer, or all for a service. One that is pending is not delivered any more.",
            "gatehouse close morning-2026-01-31",
            "gatehouse close --service localhost.lamp --state pending")
        {
            id, service, state,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(id) is { Tokens.Count: > 0 } == result.GetResult(service) is not null)
            {
                result.AddError("close takes an ID or --service.");
            }
            else if (result.GetResult(state) is not null && result.GetResult(service) is null) result.AddError("--state is for --service.");
        });
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            if (parsed.GetValue(service) is { } all)
            {
                var closed = await hub.Durable.CloseAllAsync(all, parsed.GetValue(state), stop);
                await runner.PrintAsync(string.Create(CultureInfo.InvariantCulture, $"{closed} requests closed\n"), stop);
                return ExitCode.Ok;
            }
            if (await hub.Durable.CloseAsync(parsed.GetRequiredValue(id), stop)) return ExitCode.Ok;
            return Unknown(runner, parsed.GetRequiredValue(id));
        }));
        return command;
    }

    private static async Task<int> ReplyAsync(
        ClientRunner runner, ParseResult parsed, HubClient hub, string id, bool isPatient, TimeSpan? deadline, CancellationToken stop)
    {
        var request = !isPatient ? await hub.Durable.GetAsync(id, wait: null, stop)
            : deadline is { } limit ? await WaitAsync(runner, hub, id, limit, stop) : await hub.Durable.WaitAsync(id, stop);
        if (request is null) return Unknown(runner, id);
        if (runner.WantsJson(parsed)) await runner.PrintAsync(RequestJson.Of(request) + "\n", stop);
        switch (request.State)
        {
            case HubRequestState.Answered:
                if (!runner.WantsJson(parsed))
                {
                    await runner.PrintAsync(string.Concat((request.Frames ?? []).Select(f => EntryText.Show(f) + "\n")), stop);
                }
                return ExitCode.Ok;
            case HubRequestState.Pending:
                var why = request.Reason is { } last ? $"; the last delivery failed: {last}" : "";
                runner.Tell($"the request {id} has no answer yet{why}");
                return ExitCode.Failed;
            default:
                runner.Tell($"the request {id} has {Word(request.State)}: {request.Reason ?? "no reason is known"}");
                return ExitCode.Failed;
        }
    }

    private static async Task<HubRequest?> WaitAsync(
        ClientRunner runner, HubClient hub, string id, TimeSpan limit, CancellationToken stop)
    {
        var start = runner.Console.Time.GetTimestamp();
        while (true)
        {
            var left = limit - runner.Console.Time.GetElapsedTime(start);
            var wait = left < TimeSpan.Zero ? TimeSpan.Zero : left < HubDurable.LongestWait ? left : HubDurable.LongestWait;
            var found = await hub.Durable.GetAsync(id, wait, stop);
            if (found is not { State: HubRequestState.Pending } || left <= HubDurable.LongestWait) return found;
        }
    }

    private static Argument<string> Id(Suggestions suggestions) => new("ID")
    {
        Description = "The request's id, as 'gatehouse requests' lists it.",
        Validators = { CheckId },
        CompletionSources = { suggestions.Requests },
    };

    private static Option<HubRequestState?> State()
    {
        var state = new Option<HubRequestState?>("--state")
        {
            Description = "Only those that are pending, answered, failed or expired.",
            HelpName = "STATE",
            CustomParser = ReadState,
        };
        state.CompletionSources.Add("pending", "answered", "failed", "expired");
        return state;
    }

    private static (Option<bool> Wait, Option<TimeSpan?> Deadline) Waiting() =>
    (
        new Option<bool>("--wait") { Description = "Wait for the answer, over restarts of its service too." },
        ValueArguments.Seconds("--deadline", "With --wait: give up waiting after this long; the request goes on."));

    private static void CheckWaiting(CommandResult result, Option<bool> wait, Option<TimeSpan?> deadline)
    {
        if (result.GetResult(deadline) is not null && !result.GetValue(wait)) result.AddError("--deadline is for --wait.");
    }

    private static void CheckId(SymbolResult result)
    {
        if (result.Tokens is not [{ Value: var text }]) return;
        if (!RequestId.IsValid(text)) result.AddError($"'{text}' is no id: {RequestId.Rule}.");
        else if (!HubPath.CanCarry(text, out var reason)) result.AddError($"{reason}.");
    }

    private static void CheckService(OptionResult result)
    {
        if (result.Tokens is [{ Value: var text }] && !ServiceName.TryParse(text, out _))
        {
            result.AddError($"--service: '{text}' is no name of a service: {ServiceName.Rule}.");
        }
    }

    private static void CheckLimit(OptionResult result)
    {
        if (result.Tokens is not [{ Value: var text }]) return;
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostListed) return;
        result.AddError($"--limit: '{text}' is not a number from 1 to {MostListed}.");
    }

    private static HubRequestState? ReadState(ArgumentResult result)
    {
        if (RequestText.StateOf(result.Tokens[0].Value) is { } state) return (HubRequestState)state;
        result.AddError($"--state: '{result.Tokens[0].Value}' is not one of pending, answered, failed, expired.");
        return null;
    }

    private static int Unknown(ClientRunner runner, string id)
    {
        runner.Tell($"there is no request with the id '{id}'; 'gatehouse requests' lists what there is");
        return ExitCode.Failed;
    }

    private static string Word(HubRequestState state) => RequestText.Of((RequestState)state);

    private static string[] Row(HubRequest request, DateTimeOffset now) =>
    [
        TerminalText.Escape(request.Id), TerminalText.Escape(request.Service ?? ""), Word(request.State),
        request.Attempts?.ToString(CultureInfo.InvariantCulture) ?? "",
        request.Accepted is { } accepted ? EntryText.Age(now - accepted) : "", TerminalText.Escape(request.Reason ?? ""),
    ];
}
