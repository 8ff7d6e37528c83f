using System.Text;
using System.Threading.Channels;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>A program that speaks with the broker over a socket of its own. Frames are joined by bars, bytes are Latin-1.</summary>
internal sealed class MdpProgram : IZmtpOwner, IAsyncDisposable
{
    private readonly IoLoop _loop = new("program");
    private readonly ZmtpEndpoint _endpoint;
    private readonly TaskCompletionSource<ZmtpPeer> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();

    private MdpProgram() => _endpoint = new ZmtpEndpoint(_loop, new ZmtpOptions { SocketType = ZmtpSocketType.Dealer }, this);

    /// <summary>Done when the broker has closed the connection.</summary>
    public Task Ended => _closed.Task;

    public static async Task<MdpProgram> ConnectAsync(string address)
    {
        var program = new MdpProgram();
        program._endpoint.Connect(address);
        await program._opened.Task.WaitAsync(TestContext.Current.CancellationToken);
        return program;
    }

    /// <summary>A worker that the broker knows.</summary>
    public static async Task<MdpProgram> WorkAsync(string address, string service)
    {
        var worker = await ConnectAsync(address);
        await worker.SendAsync($"|MDPW01|\x01|{service}");
        await using var client = await ConnectAsync(address);
        do await client.SendAsync($"|MDPC01|mmi.service|{service}");
        while (await client.HearAsync() != "|MDPC01|mmi.service|200");
        return worker;
    }

    public async Task SendAsync(string message)
    {
        var peer = await _opened.Task;
        _loop.Post(() => peer.Write(Frames.Of([.. message.Split('|').Select(Encoding.Latin1.GetBytes)])));
    }

    /// <summary>The next message that is no heartbeat.</summary>
    public async Task<string> HearAsync()
    {
        while (true)
        {
            var message = await _heard.Reader.ReadAsync(TestContext.Current.CancellationToken);
            if (message != "|MDPW01|\x04") return message;
        }
    }

    public async Task<string> AskAsync(string service, string body)
    {
        await SendAsync($"|MDPC01|{service}|{body}");
        return await HearAsync();
    }

    /// <summary>Hears a request and returns it with the address that its answer needs.</summary>
    public async Task<(string Address, string Body)> HearRequestAsync()
    {
        var frames = (await HearAsync()).Split('|', 6);
        Assert.Equal(["", "MDPW01", "\x02", ""], [.. frames[..3], frames[4]]);
        return (frames[3], frames[5]);
    }

    public void Opened(ZmtpPeer peer) => _opened.TrySetResult(peer);

    public void Received(ZmtpPeer peer, in ZmtpMessage message)
    {
        var frames = new string[message.Count];
        for (var i = 0; i < frames.Length; i++) frames[i] = Encoding.Latin1.GetString(message[i]);
        _heard.Writer.TryWrite(string.Join('|', frames));
    }

    public void Closed(ZmtpPeer peer, ZmtpFault reason) => _closed.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _endpoint.StopAsync(TimeSpan.FromSeconds(1));
        _loop.Dispose();
    }
}
