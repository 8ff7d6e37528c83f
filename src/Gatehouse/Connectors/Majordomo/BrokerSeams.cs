using System.Diagnostics.CodeAnalysis;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>What the broker does to the world. Called on the loop; may not call back into the broker.</summary>
internal interface IBrokerOutput
{
    /// <summary>
    /// Sends a message of encoded frames, its two parts one after the other. False: the peer takes no more, nothing was sent.
    /// </summary>
    bool Send(BrokerPeer peer, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body);

    /// <summary>The peer is distrusted: its connection is to be closed. The broker has forgotten it already.</summary>
    void Drop(BrokerPeer peer, BrokerFault reason);

    /// <summary>A first worker came for a service. False: something else in the hub has that name.</summary>
    bool Offer(string service);

    /// <summary>The last worker of a service went.</summary>
    void Withdraw(string service);

    /// <summary>A client asks for a service of the hub. Answered by <see cref="BrokerCore.Answer"/>, later, on the loop.</summary>
    void Call(HubRequest request);

    /// <summary>A client searches for names, which takes longer than the loop has. Answered as a call is.</summary>
    void Search(HubRequest request, NameSearch search);

    /// <summary>What a client asked just now took long: others have their turn before its next message.</summary>
    void Rest(BrokerPeer client);
}

/// <summary>What the hub offers besides the workers' services.</summary>
internal interface IHubServices
{
    /// <summary>True when the hub answers this name itself. Asked for each request that no worker is there for: must be quick.</summary>
    bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? service);

    /// <summary>All names that can be listed, in any order; the workers' may be among them.</summary>
    IReadOnlyList<string> Names();

    /// <summary>Whether a client may call a worker's service. Asked for each request: must be quick.</summary>
    bool MayCall(Origin origin, string service);
}

/// <summary>Another caller's request to a worker. Derive from it to be told how it ended; that happens exactly once, on the loop.</summary>
/// <param name="service">The worker's service.</param>
/// <param name="frames">What is asked; no frame arrives as one empty frame.</param>
/// <param name="deadline">When the caller gives up, in milliseconds of the loop's clock.</param>
/// <param name="origin">Who asks: callers are served in turn.</param>
internal abstract class HubCall(string service, Frames frames, long deadline, Origin origin)
{
    public string Service { get; } = service;

    public Frames Frames { get; } = frames;

    public long Deadline { get; } = deadline;

    public Origin Origin { get; } = origin;

    /// <summary>What the worker is told about a durable request, as text; none for a plain one.</summary>
    public byte[] Delivery { get; init; } = [];

    /// <summary>Whether the request goes to another worker when one dies over it.</summary>
    public bool MayRepeat { get; init; } = true;

    /// <summary>True when nobody waits any more; then the request is dropped before it reaches a worker.</summary>
    public virtual bool HasEnded => false;

    public abstract void Complete(in Reply reply);
}

/// <summary>A client's request to a service of the hub.</summary>
internal sealed class HubRequest
{
    internal HubRequest(BrokerPeer client, string service, Frames frames, long deadline)
    {
        Client = client;
        Service = service;
        Frames = frames;
        Deadline = deadline;
    }

    public string Service { get; }

    public Frames Frames { get; }

    public Origin Origin => Client.Origin;

    /// <summary>When the client's request is over, in milliseconds of the loop's clock.</summary>
    public long Deadline { get; }

    internal BrokerPeer Client { get; }

    internal bool IsPending { get; set; }

    internal HubRequest? Next { get; set; }

    internal HubRequest? Previous { get; set; }
}
