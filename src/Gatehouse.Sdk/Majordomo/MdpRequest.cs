using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>A request that a worker was given. Any thread.</summary>
public sealed class MdpRequest
{
    private readonly WorkerLane _lane;

    internal MdpRequest(WorkerLane lane, byte[] address, in Frames frames, CancellationToken stop) =>
        (_lane, Address, Frames, Stop) = (lane, address, frames, stop);

    /// <summary>The request's body, at least one frame.</summary>
    public Frames Frames { get; }

    /// <summary>
    /// Whom the broker has it from: bytes that mean something to the broker alone, and are another caller's at another time.
    /// </summary>
    public ReadOnlyMemory<byte> Address { get; }

    /// <summary>Which delivery of which durable request this is; null when it is none, or came over another broker than a hub's.</summary>
    public MdpDelivery? Delivery => MdpDelivery.TryRead(Address.Span, out var delivery) ? delivery : null;

    internal CancellationToken Stop { get; }

    /// <summary>
    /// Sends a part of the reply ahead; what the handler returns is its last part. Waits while the broker does not take more.
    /// </summary>
    /// <param name="frames">Its body.</param>
    /// <exception cref="NotSupportedException">The worker speaks MDP 0.1, which has no parts.</exception>
    /// <exception cref="MdpConnectionLostException">The connection that the request came over is gone: nobody waits for the
    /// reply.</exception>
    public Task SendPartAsync(Frames frames) => _lane.SendPartAsync(this, frames);
}
