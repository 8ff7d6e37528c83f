using System.Globalization;
using System.Threading.Channels;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// A client as RasPy's programs know it: what is sent is answered to a callback, and a service is named by host and service. Callbacks come
/// one after the other, on a thread of the pool, each exactly once for what was sent, in the order in which the answers came.
/// </summary>
public sealed class RaspyClient : IAsyncDisposable
{
    /// <summary>The port of a RasPy broker, and of a hub, where nothing else is said.</summary>
    public const int DefaultPort = 5514;

    // Holds no more than what was sent and is not answered; the client's own limit keeps that finite.
    private readonly Channel<(Action<MdpResult> Callback, MdpResult Result)> _answers =
        Channel.CreateUnbounded<(Action<MdpResult>, MdpResult)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly MdpClient _client;
    private readonly Task _telling;
    private long _pending;
    private long _failures;

    /// <summary>Makes a client. It connects when it first sends.</summary>
    /// <param name="hostname">Where the broker runs.</param>
    /// <param name="port">Its port.</param>
    /// <param name="options">How to ask; null for the defaults: 15 s, one try.</param>
    /// <exception cref="ZmtpException">It is not a name that can be connected to.</exception>
    public RaspyClient(string hostname = "127.0.0.1", int port = DefaultPort, MdpClientOptions? options = null)
    {
        var host = hostname.Contains(':', StringComparison.Ordinal) ? $"[{hostname}]" : hostname;
        _client = new MdpClient(string.Create(CultureInfo.InvariantCulture, $"tcp://{host}:{port}"), options);
        _telling = TellAsync();
    }

    /// <summary>Told of what a callback threw, on the same thread. What it throws itself comes out of <see cref="DisposeAsync"/>.</summary>
    public event Action<Exception>? Failed;

    /// <summary>For what awaits its replies.</summary>
    public MdpClient Client => _client;

    /// <summary>Requests whose callback has not ended.</summary>
    public long Pending => Volatile.Read(ref _pending);

    /// <summary>Callbacks that threw.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>The name under which a service of a host is called: <c>host.service</c>.</summary>
    public static string RoutingKey(string hostname, string service) => $"{hostname}.{service}";

    /// <summary>Asks a service. Returns at once; any thread.</summary>
    /// <param name="service">Its whole name, such as <c>titanic.request</c> or that of <see cref="RoutingKey"/>.</param>
    /// <param name="frames">The request's body.</param>
    /// <param name="callback">Is told how it ended, at the deadline at the latest; that of one that was not sent, too.</param>
    /// <param name="deadline">How long it may take; null for that of the options.</param>
    /// <exception cref="ArgumentException">The name is none, or the deadline.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public void Send(string service, Frames frames, Action<MdpResult> callback, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ObjectDisposedException.ThrowIf(_telling.IsCompleted, this);
        var limit = MdpChecks.Deadline(deadline ?? _client.Pool.Options.Deadline, nameof(deadline));
        var call = new CallbackCall(this, callback, MdpChecks.Service(service, nameof(service)), frames, limit);
        Interlocked.Increment(ref _pending);
        _client.Pool.Submit(call);
    }

    /// <summary>
    /// Closes the connection. What is not answered yet ends with <see cref="MdpOutcome.ConnectionLost"/>; then it waits for the callbacks.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        _answers.Writer.TryComplete();
        await _telling.ConfigureAwait(false);
    }

    private async Task TellAsync()
    {
        await foreach (var (callback, result) in _answers.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                callback(result);
            }
            catch (Exception error)
            {
                // A callback's failure is its program's, and the next one is not to blame for it.
                Interlocked.Increment(ref _failures);
                Failed?.Invoke(error);
            }
            finally
            {
                Interlocked.Decrement(ref _pending);
            }
        }
    }

    private sealed class CallbackCall(RaspyClient client, Action<MdpResult> callback, byte[] service, in Frames frames, TimeSpan deadline)
        : WholeCall(client._client.Pool, service, frames, deadline)
    {
        protected override void Tell(in MdpResult result)
        {
            if (!client._answers.Writer.TryWrite((callback, result))) Interlocked.Decrement(ref client._pending);
        }

        protected override void TellClosed() =>
            Tell(new MdpResult(MdpOutcome.ConnectionLost, "The client was disposed of before the reply came."));
    }
}
