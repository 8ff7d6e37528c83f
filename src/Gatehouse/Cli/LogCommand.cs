using System.CommandLine;
using System.Text;
using Gatehouse.Runtime.Logs;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary><c>log</c>: the latest records of the hub's log, then what comes, until Ctrl-C; across restarts of the hub.</summary>
internal static class LogCommand
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create(ClientRunner runner)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what comes. Survives the hub; Ctrl-C ends it." };
        var level = new Option<string?>("--level")
        {
            Description = $"The least level: {LogLevelNames.All}. All that the hub keeps, without.",
            HelpName = "LEVEL",
            Validators =
            {
                result =>
                {
                    var text = result.Tokens[0].Value;
                    if (!LogLevelNames.TryParse(text, out _)) result.AddError($"--level: '{text}' is not one of {LogLevelNames.All}.");
                },
            },
        };
        level.CompletionSources.Add(LogLevelNames.All.Split(", "));
        var command = new ExampledCommand(
            "log",
            "Print the latest records of the hub's log, a line each: time, level, who wrote it, what happened.",
            "gatehouse log --level warning",
            "gatehouse log --follow",
            "gatehouse log --json | jq .message")
        {
            follow, level, runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, hub =>
        {
            var run = new Run(runner, hub, runner.WantsJson(parsed), parsed.GetValue(level));
            return parsed.GetValue(follow) ? run.FollowAsync(stop) : run.PrintAsync(stop);
        }));
        return command;
    }

    /// <summary>One run of the command.</summary>
    private sealed class Run(ClientRunner runner, HubClient hub, bool json, string? level)
    {
        private readonly StringBuilder _text = new();

        public async Task<int> PrintAsync(CancellationToken stop)
        {
            await PrintAsync(await hub.LogAsync(level, stop: stop), stop);
            return ExitCode.Ok;
        }

        public async Task<int> FollowAsync(CancellationToken stop)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using var interrupt = runner.Console.OnInterrupt(ending);
            try
            {
                // A hub that is not there to begin with is probably a mistake; one that goes will come again.
                var log = await hub.LogAsync(level, stop: ending.Token);
                while (true)
                {
                    await PrintAsync(log, ending.Token);
                    log = await NextAsync(log.After, ending.Token);
                }
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return ExitCode.Ok;
            }
        }

        private async Task<HubLog> NextAsync(long after, CancellationToken stop)
        {
            for (var isDown = false; ;)
            {
                try
                {
                    var log = await hub.LogAsync(level, after, Wait, stop);
                    if (isDown) runner.Tell($"the hub at {hub.Address} is there again");
                    return log;
                }
                catch (GatehouseException e) when (e is HubUnreachableException or HubRefusedException { IsTransient: true })
                {
                    if (!isDown) runner.Tell($"the hub at {hub.Address} has gone; waiting until it is there again");
                    isDown = true;
                }
                await Task.Delay(Pause, runner.Console.Time, stop);
            }
        }

        private Task PrintAsync(HubLog log, CancellationToken stop)
        {
            if (log.Lost > 0) runner.Tell($"more was written than the hub keeps: up to {log.Lost} records are missing here");
            _text.Clear();
            foreach (var record in log.Records) _text.Append(json ? JsonText.Of(record) : Line(record)).Append('\n');
            return runner.PrintAsync(_text.ToString(), stop);
        }

        // An exception goes below its record, indented, its lines as they are.
        private static string Line(HubLogRecord record)
        {
            var line = string.Join('\t',
                EntryText.Time(record.Time), record.Level, TerminalText.Escape(record.Category), TerminalText.Escape(record.Message));
            return record.Exception is null
                ? line
                : line + string.Concat(record.Exception.Split('\n').Select(l => "\n    " + TerminalText.Escape(l.TrimEnd('\r'))));
        }
    }
}
