using System.CommandLine;
using System.Globalization;
using Gatehouse.Sdk;

namespace Gatehouse.Cli;

/// <summary><c>bench</c>: how fast something is, here and now, under a load that this process makes.</summary>
internal static class BenchCommand
{
    private const string UsualBroker = "tcp://127.0.0.1:5514";

    private static readonly string[] Headings = ["WHAT", "VALUE"];

    public static Command Create(ClientRunner runner)
    {
        var broker = MdpCall.Broker($"The broker's address; {UsualBroker}, without.");
        var workers = Number("--workers", "How many workers serve, each over a connection of its own.", 8, 1, 1000);
        var clients = Number("--clients", "How many clients ask.", 1, 1, 1000);
        var window = Number("--window", "How many requests each client has in flight.", 100, 1, 100_000);
        var size = Number("--size", "Bytes of a request, and of its reply.", 32, BrokerClient.SmallestBody, 1024 * 1024);
        var seconds = ValueArguments.Seconds("--seconds", "How long to measure; 5, without.");
        var command = new ExampledCommand(
            "broker",
            "Load a Majordomo broker with workers and clients of MDP 0.1, and print requests per second and how long they took.",
            "gatehouse bench broker",
            "gatehouse bench broker --mdp tcp://127.0.0.1:5555 --workers 8 --window 1000 --size 1024 --seconds 10 --json")
        {
            broker, workers, clients, window, size, seconds, runner.Options.Json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var plan = new BrokerBenchPlan(
                parsed.GetValue(broker) ?? UsualBroker, parsed.GetValue(workers), parsed.GetValue(clients), parsed.GetValue(window),
                parsed.GetValue(size), parsed.GetValue(seconds) ?? TimeSpan.FromSeconds(5));
            try
            {
                await using var bench = new BrokerBench(plan, runner.Console.Time);
                var result = await bench.RunAsync(stop);
                await runner.PrintAsync(runner.WantsJson(parsed) ? JsonText.Of(result) + "\n" : Show(result, runner), stop);
                return result.Errors == 0 ? ExitCode.Ok : ExitCode.Failed;
            }
            catch (MdpUnreachableException e)
            {
                runner.Tell(e.Message);
                return ExitCode.Unreachable;
            }
            catch (MdpException e)
            {
                runner.Tell(e.Message);
                return ExitCode.Failed;
            }
        });
        return new Command("bench", "Measure how fast something is. It loads the machine.") { command };
    }

    private static string Show(BrokerBenchResult result, ClientRunner runner) => Table.Render(
        Headings,
        [
            ["requests/s", result.RequestsPerSecond.ToString("N0", CultureInfo.InvariantCulture)],
            ["p50", Milliseconds(result.P50)],
            ["p99", Milliseconds(result.P99)],
            ["p99.9", Milliseconds(result.P999)],
            ["errors", result.Errors.ToString("N0", CultureInfo.InvariantCulture)],
        ],
        flexible: 1, runner.Console.Width);

    private static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.000} ms");

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name)
        {
            Description = $"{description} {least} to {most}; {usual}, without.",
            HelpName = "N",
            DefaultValueFactory = _ => usual,
        };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
            if (isNumber && value >= least && value <= most) return value;
            result.AddError($"{name}: '{text}' is not a number from {least} to {most}.");
            return 0;
        };
        return option;
    }
}
