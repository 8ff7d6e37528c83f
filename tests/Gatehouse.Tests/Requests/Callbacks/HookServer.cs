using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Gatehouse.Tests.Requests.Callbacks;

/// <summary>What a callback was told.</summary>
internal sealed record Hooked(string Path, string Id, int Try, string Body);

/// <summary>A server that is called back and answers as its script says: bytes, nothing for ever, or a broken connection.</summary>
internal sealed class HookServer : IAsyncDisposable
{
    public const string Ok = "HTTP/1.1 204 No Content\r\n\r\n";

    /// <summary>Accepts and never answers.</summary>
    public const string Hang = "hang";

    /// <summary>Hangs up.</summary>
    public const string Die = "";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Hooked> _hooked = Channel.CreateUnbounded<Hooked>();
    private readonly Func<Hooked, string> _answer;
    private readonly Task _serving;

    public HookServer(Func<Hooked, string> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook";

    public ValueTask<Hooked> NextAsync() => _hooked.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>How many came that nobody has read.</summary>
    public int Waiting => _hooked.Reader.Count;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var peers = new List<Task>();
        try
        {
            while (true) peers.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(peers);
        }
    }

    private async Task ServeAsync(TcpClient peer)
    {
        using (peer)
        using (var reader = new StreamReader(peer.GetStream(), Encoding.UTF8))
        {
            try
            {
                while (await ReadAsync(reader) is { } hooked)
                {
                    var answer = _answer(hooked);
                    await _hooked.Writer.WriteAsync(hooked, _stop.Token);
                    if (answer == Hang) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
                    if (answer == Die) return;
                    await peer.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer), _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The hub went, or the test has ended.
            }
        }
    }

    private async Task<Hooked?> ReadAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(_stop.Token) is not { } first) return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        Assert.StartsWith("POST ", first, StringComparison.Ordinal);
        Assert.Equal("application/json", headers["Content-Type"]);
        Assert.False(headers.ContainsKey("Authorization"));
        var body = new char[int.Parse(headers["Content-Length"], CultureInfo.InvariantCulture)];
        await reader.ReadBlockAsync(body, _stop.Token);
        var number = int.Parse(headers["Gatehouse-Try"], CultureInfo.InvariantCulture);
        return new Hooked(first.Split(' ')[1], headers["Gatehouse-Request"], number, new string(body));
    }
}
