using System.Buffers.Binary;
using System.Numerics;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// One request on its way through the broker: waiting in a lane, or given to a worker. Keeps its body until it ends, because a worker
/// that dies over it gives it back. Pooled with its buffer.
/// </summary>
internal sealed class Request
{
    /// <summary>
    /// The address that a worker sees for callers of the hub: 0 and the request's number; behind them, of a durable request, its id and
    /// attempt. No identity of a peer begins with 0 and has nine bytes or more.
    /// </summary>
    public const int HubAddressSize = 9;

    private const int SmallestBody = 256;

    private byte[] _body = [];
    private byte[] _parts = [];
    private int _partsLength, _lastPart;

    // Who asked; one of the two.
    public BrokerPeer? Client;
    public HubCall? Call;
    public long Number;

    public ServiceQueue Service = null!;
    public long Deadline;
    public int Tries;

    /// <summary>The caller has its answer, or is gone; the worker may still be at it.</summary>
    public bool IsOver;

    /// <summary>A part of the reply was passed on: a second worker would repeat it.</summary>
    public bool PartPassed;

    // Of one that waits.
    public RequestLane? Lane;
    public Request? Next, Previous;
    public Request? NextDue, PreviousDue;
    public long Due;

    /// <summary>What it counts for against the limit of what all hold.</summary>
    public long Held;

    public int BodyLength { get; private set; }

    public ReadOnlySpan<byte> Body => _body.AsSpan(0, BodyLength);

    public int PartsLength => _partsLength;

    public ReadOnlySpan<byte> Parts => _parts.AsSpan(0, _partsLength);

    /// <summary>What the buffers take that it keeps while it is pooled.</summary>
    public int Capacity => _body.Length + _parts.Length;

    /// <summary>Room for a body of this many bytes, to be filled at once.</summary>
    public Span<byte> MakeBody(int length)
    {
        if (_body.Length < length) _body = new byte[Rounded(length)];
        BodyLength = length;
        return _body.AsSpan(0, length);
    }

    /// <summary>Adds encoded frames of a reply behind those that came before.</summary>
    /// <param name="frames">Encoded; the last one without MORE.</param>
    /// <param name="last">Where in them the last one's header stands.</param>
    public void AddPart(ReadOnlySpan<byte> frames, int last)
    {
        if (_parts.Length - _partsLength < frames.Length)
        {
            Array.Resize(ref _parts, Rounded(checked(_partsLength + frames.Length)));
        }
        if (_partsLength > 0) _parts[_lastPart] |= ZmtpFrames.More;
        frames.CopyTo(_parts.AsSpan(_partsLength));
        _lastPart = _partsLength + last;
        _partsLength += frames.Length;
    }

    public void DropParts()
    {
        _partsLength = 0;
        if (_parts.Length > RequestPool.LargestBuffer) _parts = [];
    }

    /// <summary>Whether a worker's reply for this address is for this request.</summary>
    public bool IsFor(ReadOnlySpan<byte> address)
    {
        if (Client is { } client) return address.SequenceEqual(client.Address);
        return address.Length >= HubAddressSize && address[0] == 0 && BinaryPrimitives.ReadInt64BigEndian(address[1..]) == Number
            && address[HubAddressSize..].SequenceEqual(Call!.Delivery);
    }

    /// <summary>Writes the address of a caller of the hub; how many bytes that took.</summary>
    public int WriteAddress(Span<byte> to)
    {
        to[0] = 0;
        BinaryPrimitives.WriteInt64BigEndian(to[1..], Number);
        Call!.Delivery.CopyTo(to[HubAddressSize..]);
        return HubAddressSize + Call.Delivery.Length;
    }

    /// <summary>Back to what it was when new, but for buffers of a common size.</summary>
    public void Clear()
    {
        Client = null;
        Call = null;
        Service = null!;
        Lane = null;
        Tries = 0;
        IsOver = false;
        PartPassed = false;
        BodyLength = 0;
        Held = 0;
        DropParts();
        if (_body.Length > RequestPool.LargestBuffer) _body = [];
    }

    private static int Rounded(int length) =>
        length > 1 << 30 ? length : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, SmallestBody));
}
