using System.Diagnostics.CodeAnalysis;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Bench;

/// <summary>Clients and workers around a broker's state machine that cost next to nothing themselves.</summary>
internal sealed class BrokerRoad : IBrokerOutput, IHubServices
{
    // The frames of an address behind its bytes: the empty one that follows.
    private const int BehindAddress = 2;
    private const int AddressSize = 5;

    private readonly BrokerCore _core;
    private readonly Peer[] _clients;
    private readonly Queue<Peer> _busy = new();
    private readonly int _services;
    private readonly long _now = 1000;
    private int _next;

    public BrokerRoad(Shape shape)
    {
        _services = shape.Services;
        _core = new BrokerCore(new BrokerOptions { QueueLimit = int.MaxValue, HoldLimit = long.MaxValue }, this, this);
        var body = ZmtpFrames.Encode(Frames.Of(new byte[shape.Body]));
        Span<byte> head = stackalloc byte[MdpHead.MaxSize];
        var number = 0;
        _clients = new Peer[shape.Clients];
        for (var i = 0; i < _clients.Length; i++) _clients[i] = new Peer(number++, isWorker: false);
        Requests = new byte[shape.Services][];
        for (var i = 0; i < shape.Services; i++)
        {
            var name = System.Text.Encoding.UTF8.GetBytes($"lab{i}.devices");
            Requests[i] = [.. head[..MdpHead.ClientRequest(head, MdpDialect.Mdp01, name)], .. body];
            for (var k = 0; k < shape.Workers; k++)
            {
                var worker = new Peer(number++, isWorker: true);
                Say(worker, head[..MdpHead.Ready(head, MdpDialect.Mdp01, name)].ToArray());
                var headSize = MdpHead.WorkerReply(head, MdpDialect.Mdp01, new byte[AddressSize], final: true);
                worker.Reply = [.. head[..headSize], .. body];
                worker.AddressAt = headSize - BehindAddress - AddressSize;
            }
        }
        // All workers have something to do, and as many requests as wanted wait.
        for (var i = 0; i < (shape.Services * shape.Workers) + shape.Waiting; i++) Ask();
    }

    private byte[][] Requests { get; }

    /// <summary>So many replies, each followed by a request.</summary>
    public void Run(int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            var worker = _busy.Dequeue();
            Say(worker, worker.Reply);
            Ask();
        }
    }

    public bool Send(BrokerPeer peer, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var worker = (Peer)peer.Connection;
        if (!worker.IsWorker) return true;
        head.Slice(head.Length - BehindAddress - AddressSize, AddressSize).CopyTo(worker.Reply.AsSpan(worker.AddressAt));
        _busy.Enqueue(worker);
        return true;
    }

    public void Drop(BrokerPeer peer, BrokerFault reason) => throw new InvalidOperationException(reason.ToString());

    public bool Offer(string service) => true;

    public void Withdraw(string service) { }

    public void Call(HubRequest request) => throw new InvalidOperationException(request.Service);

    public void Search(HubRequest request, NameSearch search) => throw new InvalidOperationException(request.Service);

    public void Rest(BrokerPeer client) { }

    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? service)
    {
        service = null;
        return false;
    }

    public IReadOnlyList<string> Names() => [];

    public bool MayCall(Origin origin, string service) => true;

    private void Ask()
    {
        var asked = _next++;
        Say(_clients[asked % _clients.Length], Requests[asked % _services]);
        if (_next == int.MaxValue) _next = 0;
    }

    private void Say(Peer peer, byte[] message)
    {
        Span<int> ends = stackalloc int[8];
        if (!ZmtpFrames.TryRead(message, ends, out var read)) throw new InvalidOperationException("The message is broken.");
        _core.Received(peer.State, read, _now);
    }

    /// <summary>How many of each there are.</summary>
    /// <param name="Services">Services, asked in turn.</param>
    /// <param name="Workers">Workers of each service; all are busy.</param>
    /// <param name="Clients">Clients, asking in turn.</param>
    /// <param name="Waiting">Requests that wait besides those that workers have.</param>
    /// <param name="Body">Bytes of a request and of a reply.</param>
    internal sealed record Shape(int Services, int Workers, int Clients, int Waiting, int Body);

    private sealed class Peer
    {
        public Peer(int number, bool isWorker)
        {
            var identity = new byte[AddressSize];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(identity.AsSpan(1), number);
            State = new BrokerPeer(this, identity, new Origin("majordomo"));
            IsWorker = isWorker;
        }

        public BrokerPeer State { get; }

        public bool IsWorker { get; }

        public byte[] Reply { get; set; } = [];

        public int AddressAt { get; set; }
    }
}
