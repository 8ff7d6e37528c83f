using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Cli;

/// <summary>A worker that sends each request back as it came, without a copy of its own. On its loop.</summary>
internal sealed class BrokerWorker : IZmtpOwner, IAsyncDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IoLoop _loop;
    private readonly byte[] _service;
    private readonly ZmtpEndpoint _endpoint;
    private IoTimer? _beat;
    private ZmtpPeer? _peer;

    public BrokerWorker(IoLoop loop, byte[] service)
    {
        (_loop, _service) = (loop, service);
        _endpoint = new ZmtpEndpoint(loop, new ZmtpOptions { SocketType = ZmtpSocketType.Dealer }, this);
    }

    /// <summary>Ends when it has said READY.</summary>
    public Task ConnectAsync(string address)
    {
        _endpoint.Connect(address);
        return _ready.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _loop.Post(() =>
        {
            _beat?.Cancel();
            _peer?.Write(MdpHead.Disconnect(MdpDialect.Mdp01), default);
        });
        await _endpoint.StopAsync(Heartbeat);
    }

    void IZmtpOwner.Opened(ZmtpPeer peer)
    {
        _peer = peer;
        Span<byte> ready = stackalloc byte[MdpHead.MaxSize];
        peer.Write(ready[..MdpHead.Ready(ready, MdpDialect.Mdp01, _service)], default);
        _beat ??= _loop.StartTimer(Heartbeat, Beat);
        _beat.Restart(Heartbeat);
        _ready.TrySetResult();
    }

    void IZmtpOwner.Received(ZmtpPeer peer, in ZmtpMessage message)
    {
        if (MdpMessage.FromBroker(message, out var read) != MdpFault.None || read.Kind == MdpKind.Disconnect)
        {
            peer.Close(ZmtpFault.Dropped);
            return;
        }
        if (read.Kind != MdpKind.WorkerRequest) return;
        Span<byte> head = stackalloc byte[MdpHead.MaxSize];
        head = head[..MdpHead.WorkerReply(head, MdpDialect.Mdp01, read.Name, final: true)];
        peer.Write(head, message.From(read.BodyFrom));
    }

    void IZmtpOwner.Closed(ZmtpPeer peer, ZmtpFault reason)
    {
        _peer = null;
        _beat?.Cancel();
    }

    private void Beat()
    {
        _peer?.Write(MdpHead.Heartbeat(MdpDialect.Mdp01), default);
        _beat!.Restart(Heartbeat);
    }
}
