using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Gatehouse.Cli;

/// <summary>
/// The commands. Exit codes: 0 done, 1 failed, 2 the command line is wrong, 3 no hub answers. Nothing here touches the hub's own parts, so
/// that a command starts as fast as the platform lets it.
/// </summary>
internal static class CommandLine
{
    /// <summary>How arguments are read: as they are, also those that start with '@'.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs what the arguments say; the exit code.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, CommandHandlers handlers, CommandConsole console, CancellationToken stop = default)
    {
        try
        {
            return await AnswerAsync(arguments, handlers, console, stop);
        }
        catch (IOException e) when (ClientRunner.IsPipeClosed(e))
        {
            return ExitCode.Ok;
        }
    }

    private static async Task<int> AnswerAsync(
        IReadOnlyList<string> arguments, CommandHandlers handlers, CommandConsole console, CancellationToken stop)
    {
        var (root, runner, suggestions) = Build(handlers, console);
        if (Suggestions.IsQuestion(arguments))
        {
            foreach (var offer in await suggestions.AnswerAsync(root, runner, arguments, stop)) await runner.PrintAsync(offer + "\n", stop);
            return ExitCode.Ok;
        }
        var parsed = root.Parse(arguments, Parsing);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction) return Misused(parsed, runner);
        await using var output = new StreamWriter(console.Output, CommandConsole.Utf8, leaveOpen: true);
        // Signals are left to whoever has something to end: the hub, and watch.
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(invocation, stop);
    }

    private static (Command Root, ClientRunner Runner, Suggestions Suggestions) Build(CommandHandlers handlers, CommandConsole console)
    {
        var options = new GlobalOptions();
        var runner = new ClientRunner(console, options);
        var suggestions = new Suggestions();
        var help = new HelpOption("--help", "-h"); // its usual aliases hold /h and /?, which are keys here
        var printHelp = new ExamplesHelp((HelpAction)help.Action!);
        help.Action = printHelp;
        var version = HubCommands.Version(runner);
        var root = new ExampledCommand(
            "gatehouse",
            "A hub at the edge of homes, labs and robots: it keeps the present state of the things around it and calls their services.",
            "gatehouse run",
            "gatehouse ls",
            "gatehouse watch /device/",
            "gatehouse get --help")
        {
            HubCommands.Run(handlers, options),
            HubCommands.Check(handlers, options),
            HubCommands.Schema(handlers, runner),
            ValueCommands.Get(runner, suggestions),
            ValueCommands.Set(runner, suggestions),
            ValueCommands.Remove(runner, suggestions),
            ValueCommands.List(runner, suggestions),
            WatchCommand.Create(runner, suggestions),
            HistoryCommand.Create(runner, suggestions),
            DeviceCommands.List(runner),
            DeviceCommands.One(runner, suggestions),
            ServiceCommands.Call(runner, suggestions),
            ServiceCommands.List(runner),
            RequestCommands.Request(runner, suggestions),
            RequestCommands.List(runner, suggestions),
            RequestCommands.Reply(runner, suggestions),
            RequestCommands.Close(runner, suggestions),
            StoreCommands.Create(runner),
            BenchCommand.Create(runner),
            LogCommand.Create(runner),
            SessionCommands.Code(runner),
            SessionCommands.Sessions(runner),
            version,
            CompletionCommand.Create(runner),
            help,
            new Option<bool>("--version") { Description = "As the command version.", Action = version.Action },
            options.Hub,
            options.Data,
        };
        root.SetAction(parsed =>
        {
            printHelp.Invoke(parsed);
            return ExitCode.Usage; // nothing was done: a script must not take it for success
        });
        return (root, runner, suggestions);
    }

    private static int Misused(ParseResult parsed, ClientRunner runner)
    {
        foreach (var error in parsed.Errors) runner.Tell(error.Message);
        var command = parsed.CommandResult.Command.Name;
        runner.Hint($"'gatehouse {(command == "gatehouse" ? "" : command + " ")}--help' tells more.");
        return ExitCode.Usage;
    }
}
