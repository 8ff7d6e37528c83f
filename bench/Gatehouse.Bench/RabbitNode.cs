using System.Diagnostics;
using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Gatehouse.Bench;

/// <summary>A RabbitMQ server of one node in a process of its own, with a quorum queue, and a publisher that waits for confirms.</summary>
internal sealed class RabbitNode : IAsyncDisposable
{
    private const string Queue = "requests";
    private const string Bin = "/usr/lib/rabbitmq/bin";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder;
    private readonly Process _server;
    private readonly int _port;
    private readonly int _mapper;

    private RabbitNode(DirectoryInfo folder, Process server, int port, int mapper) =>
        (_folder, _server, _port, _mapper) = (folder, server, port, mapper);

    /// <summary>Starts a server whose files lie in a folder of that one.</summary>
    public static async Task<RabbitNode> StartAsync(string parent)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, "rabbit"));
        var (port, distribution, mapper) = (RivalBroker.FreePort(), RivalBroker.FreePort(), RivalBroker.FreePort());
        var cookie = Path.Combine(folder.FullName, ".erlang.cookie");
        await File.WriteAllTextAsync(cookie, "GATEHOUSEBENCH");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(cookie, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "rabbitmq.conf"), "loopback_users = none\n");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "plugins"), "[].\n");
        string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo($"{Bin}/rabbitmq-server") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = folder.FullName,
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = Number(mapper),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_NODENAME"] = "bench@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Number(port),
            ["RABBITMQ_DIST_PORT"] = Number(distribution),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder.FullName, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder.FullName, "log"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder.FullName, "rabbitmq"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder.FullName, "plugins"),
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = Path.Combine(folder.FullName, "generated"),
            ["RABBITMQ_FEATURE_FLAGS_FILE"] = Path.Combine(folder.FullName, "flags"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        })
        {
            start.Environment[name] = value;
        }
        var server = Process.Start(start)!;
        server.OutputDataReceived += (_, _) => { };
        server.ErrorDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        var node = new RabbitNode(folder, server, port, mapper);
        await node.WaitAsync();
        return node;
    }

    /// <summary>
    /// Publishes for so long, a quarter of it for warming up, with so many messages unconfirmed; returns the confirmed ones a second, and
    /// what each cost the server's processor, in µs.
    /// </summary>
    public async Task<(double Rate, double Cost)> PublishAsync(int window, int bytes, double seconds)
    {
        await using var connection = await ConnectAsync();
        // Confirms are awaited one by one; the library's own limit of those outstanding would be in the way of a larger window.
        var options = new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true,
            outstandingPublisherConfirmationsRateLimiter: new ThrottlingRateLimiter(window * 2));
        await using var channel = await connection.CreateChannelAsync(options);
        await channel.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false,
            arguments: new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.QueuePurgeAsync(Queue);

        var body = new byte[bytes];
        var begun = Stopwatch.GetTimestamp();
        long confirmed = 0, before = 0, measured = 0;
        var processor = TimeSpan.Zero;
        async Task PublishAsync()
        {
            while (true)
            {
                var elapsed = Stopwatch.GetElapsedTime(begun).TotalSeconds;
                if (elapsed >= seconds * 1.25) return;
                if (elapsed >= seconds * 0.25 && Interlocked.CompareExchange(ref measured, Stopwatch.GetTimestamp(), 0) == 0)
                {
                    before = Interlocked.Read(ref confirmed);
                    processor = Processor(_server.Id);
                }
                await channel.BasicPublishAsync("", Queue, mandatory: false, new BasicProperties { Persistent = true }, body);
                Interlocked.Increment(ref confirmed);
            }
        }
        await Task.WhenAll(Enumerable.Range(0, window).Select(_ => Task.Run(PublishAsync)));
        var count = confirmed - before;
        return (count / Stopwatch.GetElapsedTime(measured).TotalSeconds, (Processor(_server.Id) - processor).TotalMicroseconds / count);
    }

    public async ValueTask DisposeAsync()
    {
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        // The server started a port mapper of its own, which stays by itself.
        var end = new ProcessStartInfo("epmd", ["-port", _mapper.ToString(CultureInfo.InvariantCulture), "-kill"])
        {
            RedirectStandardOutput = true,
        };
        using var mapper = Process.Start(end)!;
        await mapper.WaitForExitAsync();
        _folder.Delete(recursive: true);
    }

    // What a script started counts, too: the server is a grandchild.
    private static TimeSpan Processor(int process)
    {
        using var own = Process.GetProcessById(process);
        var sum = own.TotalProcessorTime;
        foreach (var task in Directory.EnumerateDirectories($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/task"))
        {
            foreach (var child in File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                sum += Processor(int.Parse(child, CultureInfo.InvariantCulture));
            }
        }
        return sum;
    }

    private async Task WaitAsync()
    {
        for (var begun = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await using var connection = await ConnectAsync();
                return;
            }
            catch (BrokerUnreachableException) when (Stopwatch.GetElapsedTime(begun) < Patience && !_server.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }
        }
    }

    private Task<IConnection> ConnectAsync() => new ConnectionFactory
    {
        HostName = "127.0.0.1",
        Port = _port,
        AutomaticRecoveryEnabled = false,
    }.CreateConnectionAsync();
}
