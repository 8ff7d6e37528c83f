using System.CommandLine;
using System.CommandLine.Parsing;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;

namespace Gatehouse.Cli;

/// <summary>What <c>call</c> does when it is to ask a Majordomo broker, a hub's or any other: no HTTP, no token.</summary>
internal static class MdpCall
{
    // Nobody waits longer at a terminal to learn that nobody listens.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The option that names the broker.</summary>
    public static Option<string?> Broker(string description) => new("--mdp")
    {
        Description = description,
        HelpName = "ADDRESS",
        Validators = { CheckAddress },
    };

    /// <summary>Asks and prints; the exit code.</summary>
    public static async Task<int> RunAsync(
        ClientRunner runner, string address, string service, ReadOnlyMemory<byte> json, TimeSpan? deadline, bool wantsJson,
        CancellationToken stop)
    {
        if (!FramesJson.TryRead(json, out var frames, out var reason))
        {
            runner.Tell($"{service}: {reason}.");
            return ExitCode.Usage;
        }
        await using var client = new MdpClient(address, new() { ConnectTimeout = Patience });
        var result = await client.TryCallAsync(service, frames, deadline, stop);
        if (!result.IsOk)
        {
            runner.Tell(result.Reason!);
            return result.Outcome == MdpOutcome.Unreachable ? ExitCode.Unreachable : ExitCode.Failed;
        }
        var reply = new Value[result.Frames.Count];
        for (var i = 0; i < reply.Length; i++) reply[i] = Value.FromText(result.Frames[i].Span);
        await runner.PrintAsync(
            wantsJson ? JsonText.OfReply(reply) + "\n" : string.Concat(reply.Select(f => EntryText.Show(f) + "\n")), stop);
        if (Refusal(service, result.Frames) is not { } refusal) return ExitCode.Ok;
        runner.Tell(refusal);
        return ExitCode.Failed;
    }

    // MDP has no errors: a broker answers in the service's name, and so may the service. The answers of mmi are what was asked for.
    private static string? Refusal(string service, in Frames reply)
    {
        if (reply.Count != 1 || service.StartsWith("mmi.", StringComparison.Ordinal)) return null;
        return reply.Text(0) switch
        {
            "404" => $"The broker, or the service itself, answered 404: nobody serves '{service}'.",
            "500" => $"The broker, or the service itself, answered 500: '{service}' did not do it.",
            "403" => $"The broker, or the service itself, answered 403: '{service}' may not be called by everybody.",
            _ => null,
        };
    }

    private static void CheckAddress(OptionResult result)
    {
        if (result.Tokens is not [var token]) return;
        var isAddress = ZmtpAddress.TryParse(token.Value, out var address, out var reason);
        if (address is { Path: null, Port: 0 } or { Host: "*" }) (isAddress, reason) = (false, "a host and a port are needed");
        if (!isAddress) result.AddError($"--mdp: '{token.Value}': {reason}.");
    }
}
