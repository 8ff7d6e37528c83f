using System.Diagnostics.CodeAnalysis;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>Clients and workers around a broker core that cost next to nothing themselves, to measure what the core does.</summary>
internal sealed class ForwardingRoad : IBrokerOutput, IHubServices
{
    private readonly BrokerCore _core;
    private readonly Peer[] _clients, _workers;
    private readonly Queue<Peer> _busy = new();
    private readonly int[] _replyFrames;

    public ForwardingRoad(MdpDialect clients, MdpDialect workers, int clientCount, int workerCount, int body = 32)
    {
        _core = new BrokerCore(new BrokerOptions(), this, this);
        Span<byte> head = stackalloc byte[MdpHead.MaxSize];
        var content = ZmtpFrames.Encode(Frames.Of(new byte[body]));
        _clients = new Peer[clientCount];
        for (var i = 0; i < clientCount; i++)
        {
            byte[] message = [.. head[..MdpHead.ClientRequest(head, clients, "echo"u8)], .. content];
            _clients[i] = new Peer(Open((byte)i), message);
        }
        _workers = new Peer[workerCount];
        _busy.EnsureCapacity(workerCount * 2);
        for (var i = 0; i < workerCount; i++)
        {
            _workers[i] = new Peer(Open((byte)(100 + i)), head[..MdpHead.Ready(head, workers, "echo"u8)].ToArray());
            _workers[i].Replies = new byte[clientCount][];
            Say(_workers[i], _workers[i].Message, _workers[i].Frames);
            for (var c = 0; c < clientCount; c++)
            {
                byte[] reply = [.. head[..MdpHead.WorkerReply(head, workers, _clients[c].State.Identity.Span, final: true)], .. content];
                _workers[i].Replies[c] = reply;
            }
        }
        _replyFrames = Find(_workers[0].Replies[0]);
    }

    public long Asked { get; private set; }

    public long Handed { get; private set; }

    public long Answered { get; private set; }

    /// <summary>Keeps so many requests in flight until so many were asked, then waits for all.</summary>
    public void Run(int window, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            var client = _clients[i % _clients.Length];
            Asked++;
            Say(client, client.Message, client.Frames);
            while (Asked - Answered >= window) Reply();
        }
        while (Answered < Asked) Reply();
    }

    public bool Send(BrokerPeer peer, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var index = peer.Identity.Span[4];
        if (index >= 100)
        {
            Handed++;
            var worker = _workers[index - 100];
            // Whom it is for stands at the same place in every head; the last byte of an identity tells them apart.
            worker.Client = head[^3];
            _busy.Enqueue(worker);
        }
        else
        {
            Answered++;
        }
        return true;
    }

    public void Drop(BrokerPeer peer, BrokerFault reason) => Assert.Fail(reason.ToString());

    public bool Offer(string service) => true;

    public void Withdraw(string service) => Assert.Fail(service);

    public void Call(HubRequest request) => Assert.Fail(request.Service);

    public void Search(HubRequest request, NameSearch search) => Assert.Fail(request.Service);

    public void Rest(BrokerPeer client) => Assert.Fail("nothing here takes long");

    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? service)
    {
        service = null;
        return false;
    }

    public IReadOnlyList<string> Names() => [];

    public bool MayCall(Origin origin, string service) => true;

    private static int[] Find(byte[] message)
    {
        var frames = new int[8];
        Assert.True(ZmtpFrames.TryRead(message, frames, out var read));
        return frames[..read.Count];
    }

    private BrokerPeer Open(byte index) => new(this, new byte[] { 0, 0, 0, 0, index }, new Origin("majordomo"));

    private void Say(Peer peer, byte[] message, int[] frames) => _core.Received(peer.State, new ZmtpMessage(message, frames), 1000);

    private void Reply()
    {
        var worker = _busy.Dequeue();
        Say(worker, worker.Replies[worker.Client], _replyFrames);
    }

    private sealed class Peer(BrokerPeer state, byte[] message)
    {
        public BrokerPeer State { get; } = state;

        public byte[] Message { get; } = message;

        public int[] Frames { get; } = Find(message);

        public byte[][] Replies { get; set; } = [];

        public int Client { get; set; }
    }
}
