using System.Globalization;

namespace Gatehouse.SystemTests.Support;

/// <summary>The broker on libzmq, in a process of its own, at an address that it keeps over restarts.</summary>
internal sealed class PythonBroker : IAsyncDisposable
{
    private readonly string[] _options;
    private ChildProcess _process = null!;

    private PythonBroker(string[] options) => _options = options;

    public string Address { get; } = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{HubRunner.FreePort()}");

    public ChildProcess Process => _process;

    /// <summary>Starts it, and waits until it listens.</summary>
    public static async Task<PythonBroker> StartAsync(params string[] options)
    {
        var broker = new PythonBroker(options);
        await broker.StartAgainAsync();
        return broker;
    }

    /// <summary>Starts it again after it was killed; it remembers nothing.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = Peers.Start("mdp_broker.py", [Address, .. _options]);
        await _process.OutputLineAsync(line => line == "READY");
    }

    /// <summary>Waits until a worker of this name has registered since the last start.</summary>
    public Task WorkerAsync(string service) => _process.OutputLineAsync(line => line == $"WORKER {service}");

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
