using System.Diagnostics;

namespace Gatehouse.SystemTests.Support;

/// <summary>How a program ended, and what it printed.</summary>
internal sealed record Ended(int Code, string Output, string Error);

/// <summary>
/// A child process whose output is collected line by line, so that a test can wait for what it says. Disposing kills it, with all that it
/// started, so that no test leaves anything behind.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>Longer than anything here takes on a loaded machine; what waits longer has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Transcript _output = new();
    private readonly Transcript _error = new();

    private ChildProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => _error.Add(line.Data);
    }

    public int Id => _process.Id;

    /// <summary>What it has printed so far.</summary>
    public string Output => _output.Text;

    /// <summary>What it has said on standard error so far.</summary>
    public string Error => _error.Text;

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts a program. A variable of null is taken out of the environment that this process hands down.</summary>
    public static ChildProcess Start(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        var program = new ChildProcess(new Process { StartInfo = start });
        program._process.Start();
        program._process.StandardInput.Close();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Waits for a line of its output that is wanted, and returns it. If it ends before, fails with all it has said.</summary>
    public Task<string> OutputLineAsync(Func<string, bool> wanted) => LineAsync(_output, wanted);

    /// <summary>As <see cref="OutputLineAsync"/>, on standard error.</summary>
    public Task<string> ErrorLineAsync(Func<string, bool> wanted) => LineAsync(_error, wanted);

    /// <summary>Waits until it has ended; a program that builds others may need more than the usual patience.</summary>
    public async Task<Ended> EndAsync(TimeSpan? patience = null)
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(patience ?? Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw Disappointment("did not end");
        }
        return new Ended(_process.ExitCode, Output, Error);
    }

    /// <summary>Sends a signal by its name, such as TERM.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Ends it as a crash or a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task<string> LineAsync(Transcript transcript, Func<string, bool> wanted)
    {
        try
        {
            return await transcript.LineAsync(wanted).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken)
                ?? throw Disappointment("ended without the line that was waited for");
        }
        catch (TimeoutException)
        {
            throw Disappointment("did not say what was waited for");
        }
    }

    private Xunit.Sdk.XunitException Disappointment(string what)
    {
        var command = $"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}";
        return new($"{command} {what}.\n--- output\n{Output}\n--- error\n{Error}");
    }
}
