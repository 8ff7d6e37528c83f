using System.Text;
using Gatehouse.Cli;
using Gatehouse.Sdk.Hub;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Cli;

/// <summary>What one command did, run in this process.</summary>
internal sealed record CommandRun(int Code, byte[] Bytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(Bytes);
}

/// <summary>Runs commands against a hub that is a test's own, or none.</summary>
internal sealed class Commands
{
    /// <summary>How requests are answered; null: nobody is asked, and asking is a failure.</summary>
    public HttpMessageHandler? Http { get; init; }

    public Dictionary<string, string> Environment { get; } = new() { ["XDG_DATA_HOME"] = "/nowhere" };

    public int? Width { get; init; }

    public TimeProvider Time { get; init; } = new ManualTime();

    public Stream Output { get; init; } = new MemoryStream();

    /// <summary>What is piped in.</summary>
    public string Input { get; init; } = "";

    /// <summary>The addresses that commands went to.</summary>
    public List<Uri> Addresses { get; } = [];

    /// <summary>What the hub's own commands were handed.</summary>
    public List<string> Handled { get; } = [];

    /// <summary>What Ctrl-C cancels.</summary>
    public CancellationTokenSource? Interrupted { get; private set; }

    public async Task<CommandRun> RunAsync(params string[] arguments)
    {
        var error = new StringWriter();
        var console = new CommandConsole
        {
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(Input)),
            Output = Output,
            Error = error,
            Width = Width,
            Environment = name => Environment.GetValueOrDefault(name),
            Time = Time,
            Connect = Connect,
            OnInterrupt = source =>
            {
                Interrupted = source;
                return new MemoryStream();
            },
        };
        var handlers = new CommandHandlers(
            Run: (options, _) => HandleAsync("run", options, 7), Check: (options, _) => HandleAsync("check", options, 8),
            Describe: markdown => markdown ? "| option |\n" : "{}\n");
        var code = await CommandLine.RunAsync(arguments, handlers, console, TestContext.Current.CancellationToken);
        return new CommandRun(code, (Output as MemoryStream)?.ToArray() ?? [], error.ToString());
    }

    /// <summary>The tokens that commands showed there.</summary>
    public List<string?> Tokens { get; } = [];

    private HubClient Connect(HubAddress address)
    {
        Addresses.Add(address.Uri);
        Tokens.Add(address.Token);
        var http = new HttpClient(Http ?? throw new InvalidOperationException("No hub was to be asked."));
        return new HubClient(address.Uri, http, Time, address.Token);
    }

    private Task<int> HandleAsync(string name, RunOptions options, int code)
    {
        Handled.Add($"{name} {options.Config ?? "-"} {options.Data ?? "-"} {string.Join(' ', options.Set)}");
        return Task.FromResult(code);
    }
}
