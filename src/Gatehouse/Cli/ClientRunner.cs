using System.CommandLine;
using System.Text;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary>Runs the commands that talk to a hub: finds it, prints, and turns failures into a message and an exit code.</summary>
internal sealed class ClientRunner(CommandConsole console, GlobalOptions options)
{
    private const int BrokenPipe = 32; // EPIPE, the same on every Unix

    public CommandConsole Console => console;

    public GlobalOptions Options => options;

    public bool WantsJson(ParseResult parsed) => parsed.GetValue(options.Json);

    /// <summary>The address that the command line, the environment or the data directory names.</summary>
    /// <exception cref="FormatException">The environment names something that is no address.</exception>
    public HubAddress FindHub(ParseResult parsed) =>
        HubAddress.Find(parsed.GetValue(options.Hub), parsed.GetValue(options.Data), console.Environment);

    /// <summary>Gives the command a client of the hub; its exit code, or that of its failure.</summary>
    public async Task<int> RunAsync(ParseResult parsed, Func<HubClient, Task<int>> command)
    {
        HubAddress address;
        try
        {
            address = FindHub(parsed);
        }
        catch (FormatException e)
        {
            Tell(e.Message);
            return ExitCode.Usage;
        }
        using var hub = console.Connect(address);
        try
        {
            return await command(hub);
        }
        catch (GatehouseException e) when (e is HubUnreachableException or HubAnswerException)
        {
            Tell(e.Message);
            Hint($"The address comes from {address.Source}.");
            return ExitCode.Unreachable;
        }
        catch (HubRefusedException e) when (e.Status == 401)
        {
            if (address.Token is null)
            {
                Tell($"The hub at {address.Uri} lets nobody in without its token, and none was sent: {address.TokenSource}.");
                Hint($"Run this as the user that the hub runs as, or set ${HubToken.Variable} to the token in the hub's data directory.");
            }
            else Tell($"The hub at {address.Uri} does not know the token. It comes from {address.TokenSource}.");
            return ExitCode.Failed;
        }
        catch (GatehouseException e)
        {
            Tell(e.Message);
            return ExitCode.Failed;
        }
        catch (IOException e) when (!IsPipeClosed(e))
        {
            Tell($"The result cannot be written: {e.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>Whoever read the results has seen enough and has gone; that is no failure.</summary>
    public static bool IsPipeClosed(IOException e) => e.HResult == BrokenPipe;

    /// <summary>Prints results.</summary>
    public Task PrintAsync(string text, CancellationToken stop) => PrintAsync(Encoding.UTF8.GetBytes(text), stop);

    /// <inheritdoc cref="PrintAsync(string, CancellationToken)"/>
    public async Task PrintAsync(ReadOnlyMemory<byte> text, CancellationToken stop)
    {
        await console.Output.WriteAsync(text, stop);
        await console.Output.FlushAsync(stop);
    }

    /// <summary>Says something that is not a result.</summary>
    public void Tell(string message) => console.Error.WriteLine($"gatehouse: {TerminalText.Escape(message)}");

    /// <summary>Says more about what has just been told.</summary>
    public void Hint(string message) => console.Error.WriteLine($"  {TerminalText.Escape(message)}");
}
