using System.CommandLine;
using System.Text;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary><c>watch</c>: the values, then their changes, until Ctrl-C; across restarts of the hub.</summary>
internal static class WatchCommand
{
    public static Command Create(ClientRunner runner, Suggestions suggestions)
    {
        var prefixes = ValueArguments.Prefixes(suggestions);
        var changesOnly = new Option<bool>("--changes-only") { Description = "Leave out the values that are there at the beginning." };
        var command = new ExampledCommand(
            "watch",
            "Print values, then changes, a line each: time, key, value, quality, between tabs. Survives the hub; Ctrl-C ends it.",
            "gatehouse watch /device/",
            "gatehouse watch --json /event/ | jq .value",
            "gatehouse watch --changes-only /alarm/ | head -1")
        {
            prefixes, changesOnly, runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, hub =>
        {
            var run = new Run(runner, hub, runner.WantsJson(parsed), parsed.GetValue(changesOnly));
            return run.WatchAsync(parsed.GetValue(prefixes) ?? [], stop);
        }));
        return command;
    }

    /// <summary>One run of the command.</summary>
    private sealed class Run(ClientRunner runner, HubClient hub, bool json, bool changesOnly)
    {
        private readonly StringBuilder _text = new();
        private GatehouseException? _neverThere;
        private bool _wasUp;
        private bool _isDown;

        public async Task<int> WatchAsync(string[] prefixes, CancellationToken stop)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using var interrupt = runner.Console.OnInterrupt(ending);
            var first = true;
            try
            {
                await foreach (var news in hub.WatchAsync(prefixes, after: null, link => Follow(link, ending), ending.Token))
                {
                    if (news.Kind == HubEventKind.Gap) runner.Tell("more happened than could be passed on: some events are missing here");
                    if (!(first && changesOnly)) await PrintAsync(news, ending.Token);
                    first = false;
                }
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested && _neverThere is null)
            {
                return ExitCode.Ok;
            }
            catch (OperationCanceledException) when (_neverThere is not null)
            {
                throw _neverThere;
            }
            return ExitCode.Ok;
        }

        // A hub that is not there to begin with is probably a mistake; one that goes will come again.
        private void Follow(HubLink link, CancellationTokenSource ending)
        {
            if (link.IsUp)
            {
                if (_isDown) runner.Tell($"the hub at {hub.Address} is there again");
                (_wasUp, _isDown) = (true, false);
            }
            else if (!_wasUp)
            {
                _neverThere = link.Failure;
                ending.Cancel();
            }
            else if (!_isDown)
            {
                _isDown = true;
                runner.Tell($"the hub at {hub.Address} has gone; waiting until it is there again");
            }
        }

        private Task PrintAsync(HubEvent news, CancellationToken stop)
        {
            var now = runner.Console.Time.GetUtcNow().UtcDateTime;
            _text.Clear();
            foreach (var entry in news.Entries) _text.Append(json ? JsonText.Of(entry) : EntryText.Line(entry, now)).Append('\n');
            return runner.PrintAsync(_text.ToString(), stop);
        }
    }
}
