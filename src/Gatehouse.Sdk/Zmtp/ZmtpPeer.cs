using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>
/// One connection as its owner sees it: receives into the loop's buffer, hands over whole messages, gathers what is written and sends it
/// once at the end of the round. Loop's thread only.
/// </summary>
internal sealed class ZmtpPeer : IReady, IRoundEnd, IZmtpSink, IDisposable
{
    // A rest of a message up to this size is copied to the front of the loop's buffer; a larger one stays where it is, and more is
    // received behind it: else each small piece of a large message would cost two copies of all that came before. A peer that fills
    // all the room there is may have the loop's, for it sends no small pieces.
    private const int SmallRest = ZmtpReceiveBudget.Small;
    private readonly ZmtpEndpoint _endpoint;
    private readonly LoopSocket _socket;
    private readonly EndPoint? _remote; // null when the connection was gone before anybody asked
    private readonly ZmtpSession _session;
    private readonly ZmtpPulse _pulse;
    private PooledBuffer _in;
    private PooledBuffer _out;
    private int _held; // of the endpoint's budget
    private long _token;
    private Interest _interest = Interest.Read;
    private bool _isPaused;
    private bool _isBlocked;
    private bool _isConsuming;
    private bool _isFlowing;
    private bool _isYielding;
    private IoWork? _turn;
    private bool _isAtRoundEnd;
    private bool _isToldClosed;
    private ZmtpFault _reason;

    public ZmtpPeer(ZmtpEndpoint endpoint, Socket socket, EndPoint? remote, ZmtpConnector? connector)
    {
        _endpoint = endpoint;
        _remote = remote;
        Connector = connector;
        _socket = new LoopSocket(socket, endpoint.IsPortable);
        _session = new ZmtpSession(endpoint.Terms, endpoint.Options.CreateMechanism(), this);
        _pulse = new ZmtpPulse(this, endpoint.Loop, endpoint.Options);
        IsOpen = true;
    }

    /// <summary>What the owner calls it: its own identity, or five bytes that begin with 0 and that no other peer has.</summary>
    public ReadOnlyMemory<byte> Identity { get; internal set; }

    public ZmtpSocketType SocketType => _session.PeerType;

    /// <summary>The second digit of its version: 0 does not know SUBSCRIBE and PING.</summary>
    public byte Minor => _session.PeerMinor;

    /// <summary>Where it is, as an address.</summary>
    public string Address => ZmtpAddress.Format(_remote);

    /// <summary>What the owner keeps of it.</summary>
    public object? Tag { get; set; }

    /// <summary>How many bytes wait to be taken by the system.</summary>
    public int Pending => _out.Count;

    public bool IsOpen { get; private set; }

    /// <summary>Whether its owner takes no more at the moment; what it has sent meanwhile is not known.</summary>
    internal bool IsPaused => _isPaused;

    /// <summary>Whether its handshake is done, or was when it closed.</summary>
    internal bool IsReady { get; private set; }

    /// <summary>Whether the owner was told of it.</summary>
    internal bool IsKnown { get; set; }

    /// <summary>Closed as soon as nothing waits to be sent.</summary>
    internal bool IsLingering { get; set; }

    /// <summary>Who made the connection; null when it came in.</summary>
    internal ZmtpConnector? Connector { get; }

    /// <summary>Where it stands among the endpoint's peers.</summary>
    internal int Place { get; set; }

    /// <summary>Writes one message, encoded, in two parts: a head made for it and a body that is passed on.</summary>
    /// <returns>False when nothing was written: too much waits for this peer, or it is gone.</returns>
    public bool Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (!CanTake((long)head.Length + body.Length)) return false;
        _session.Mechanism.Append(head, body, ref _out);
        return Written();
    }

    /// <summary>Writes one message.</summary>
    /// <returns>False when nothing was written: too much waits for this peer, or it is gone.</returns>
    public bool Write(in Frames message)
    {
        var size = ZmtpFrames.Size(message);
        if (!CanTake(size)) return false;
        _session.Mechanism.Append(message, size, ref _out);
        return Written();
    }

    /// <summary>Writes one command, such as SUBSCRIBE. Only when the peer's version knows it.</summary>
    public bool WriteCommand(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var size = ZmtpFrames.MaxHead + 1 + name.Length + data.Length;
        var encoded = ArrayPool<byte>.Shared.Rent(size);
        var isTaken = IsOpen && IsReady && Pending + size <= _endpoint.Options.SendLimit;
        if (isTaken) ((IZmtpSink)this).Send(encoded.AsSpan(0, ZmtpFrames.WriteCommand(encoded, name, data)));
        ArrayPool<byte>.Shared.Return(encoded);
        return isTaken;
    }

    /// <summary>Ends the connection, after one attempt to send what waits. The owner is told later in this round.</summary>
    public void Close(ZmtpFault reason)
    {
        if (!IsOpen) return;
        if (_out.Count > 0 && !_isBlocked) _socket.Send(_out.Span, out _);
        IsOpen = false;
        _reason = reason;
        _session.Halt();
        _pulse.Stop();
        _endpoint.Loop.Unregister(_socket.Socket, _token);
        _socket.Dispose();
        _out.Release();
        if (!_isConsuming) _in.Release();
        _endpoint.ReceiveBudget.Hold(ref _held, 0);
        AtRoundEnd();
    }

    /// <summary>Hands over no more messages, and lets the peer feel it once the buffers between are full.</summary>
    public void PauseReading()
    {
        if (_isPaused || !IsOpen) return;
        _isPaused = true;
        _session.Halt();
        Watch();
    }

    /// <summary>Goes on with what came meanwhile, in the next round.</summary>
    public void ResumeReading()
    {
        if (!_isPaused || !IsOpen) return;
        _isPaused = false;
        // Its silence counts from now.
        _pulse.Heard();
        Watch();
        if (_in.Count > 0 || _isConsuming) _endpoint.Loop.Post(ConsumeRest); // what came behind this message is kept after it
    }

    /// <summary>
    /// Called while it hands over a message that took long: what is left of the bytes received with it waits for the next round, so that
    /// others have their turn.
    /// </summary>
    public void Yield()
    {
        if (_isYielding || !_isConsuming || !IsOpen) return;
        _isYielding = true;
        _session.Halt();
    }

    public void Dispose() => _socket.Dispose();

    void IReady.Ready(Interest seen)
    {
        if ((seen & Interest.Write) != 0) Flush();
        if (!IsOpen || (seen & (Interest.Read | Interest.Failed)) == 0) return;
        // Its turn comes within this round, after all who are ready.
        if (_isYielding) return;
        if (!_isPaused) Receive();
        else if ((seen & Interest.Failed) != 0) Close(ZmtpFault.ConnectionLost);
    }

    void IRoundEnd.RoundEnd()
    {
        _isAtRoundEnd = false;
        if (IsOpen) Flush();
        TellClosed();
    }

    void IZmtpSink.Send(ReadOnlySpan<byte> bytes)
    {
        // PONG: a peer that asks without ever reading gets no answer.
        if (!IsOpen || (IsReady && Pending + bytes.Length > _endpoint.Options.SendLimit)) return;
        if (IsReady) _session.Mechanism.Append(bytes, default, ref _out);
        else _out.Append(bytes);
        FlushLater();
    }

    void IZmtpSink.Ready()
    {
        IsReady = true;
        _pulse.Ready(_session.PeerMinor);
        _endpoint.Entered(this, _session.PeerIdentity);
    }

    void IZmtpSink.Message(in ZmtpMessage message)
    {
        _endpoint.Counters.MessagesInCount++;
        _endpoint.Owner.Received(this, message);
    }

    void IZmtpSink.Subscription(bool isSubscribed, ReadOnlySpan<byte> topic) => _endpoint.Owner.Subscribed(this, isSubscribed, topic);

    void IZmtpSink.Pinged(ushort timeToLive) => _pulse.Pinged(timeToLive);

    void IZmtpSink.Ponged() => _endpoint.Owner.Ponged(this);

    /// <summary>Begins the conversation.</summary>
    internal void Start()
    {
        _token = _endpoint.Loop.Register(_socket.Socket, this, _interest);
        _pulse.Start();
        _session.Start();
    }

    /// <summary>Tells endpoint and owner that it has closed, unless they know.</summary>
    internal void TellClosed()
    {
        if (IsOpen || _isToldClosed) return;
        _isToldClosed = true;
        _endpoint.Left(this, _reason);
    }

    private void Receive()
    {
        var buffer = _endpoint.Loop.Buffer;
        var held = _in.Count;
        int count;
        SocketError error;
        if (held > SmallRest && (!_isFlowing || _session.Wanted > buffer.Length / 2))
        {
            // Room as the bytes come, not as a header promises them; and more of it only when what there is has been used up.
            var missing = Math.Max(1, _session.Wanted - held);
            if (_in.Free.Length < Math.Min(missing, SmallRest)) _in.Reserve(Math.Min(missing, Math.Max(held, buffer.Length)));
            count = _socket.Receive(_in.Free, out error);
            if (count > 0)
            {
                _isFlowing = count == _in.Free.Length;
                _in.Commit(count);
                Heard(count);
                ConsumeRest();
                return;
            }
        }
        else
        {
            count = _socket.Receive(buffer.AsSpan(held), out error);
            if (count > 0)
            {
                _isFlowing = held + count == buffer.Length;
                Heard(count);
                _in.Span.CopyTo(buffer);
                _in.Release();
                Keep(Consume(buffer.AsSpan(0, held + count)));
                return;
            }
        }

        if (error == SocketError.Success) Close(ZmtpFault.PeerClosed);
        else if (error != SocketError.WouldBlock) Close(ZmtpFault.ConnectionLost);
    }

    private void Heard(int count)
    {
        _endpoint.Counters.BytesInCount += count;
        _pulse.Heard();
    }

    private void TakeTurn()
    {
        _isYielding = false;
        if (!IsOpen || _isPaused) return;
        // What it sent since may wait unread: that is not its silence.
        _pulse.Heard();
        ConsumeRest();
    }

    // What Resume posts may come when the peer is paused again, or gone.
    private void ConsumeRest()
    {
        if (!IsOpen || _isPaused || _isYielding || _in.Count == 0) return;
        var rest = Consume(_in.Span).Length;
        if (IsOpen) _in.Advance(_in.Count - rest);
        else _in.Release();
        Hold();
    }

    private Span<byte> Consume(Span<byte> input)
    {
        _isConsuming = true;
        try
        {
            input = input[_session.Consume(input)..];
        }
        catch
        {
            _isConsuming = false;
            // Whatever the owner meant to do with this peer, it did not; the loop reports it.
            Close(ZmtpFault.OwnerFailed);
            throw;
        }
        _isConsuming = false;
        if (_session.Fault != ZmtpFault.None) Close(_session.Fault);
        if (_isYielding && input.IsEmpty) _isYielding = false;
        else if (_isYielding) _endpoint.Loop.Post(_turn ??= new IoWork.OfAction(TakeTurn));
        return input;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (IsOpen && !rest.IsEmpty) _in.Append(rest);
        Hold();
    }

    private void Hold()
    {
        if (_in.Count == _held || !IsOpen) return;
        // What waits for this side is not the peer's to finish.
        if (!_endpoint.ReceiveBudget.Hold(ref _held, _in.Count) && !_isPaused && !_isYielding) Close(ZmtpFault.NoRoom);
    }

    private bool CanTake(long size)
    {
        if (!IsOpen || !IsReady) return false;
        if (_out.Count == 0 || _out.Count + size <= _endpoint.Options.SendLimit) return true;
        _endpoint.Counters.NotTakenCount++;
        return false;
    }

    private bool Written()
    {
        _endpoint.Counters.MessagesOutCount++;
        FlushLater();
        return true;
    }

    private void FlushLater()
    {
        // A peer that takes nothing says so itself when it does again.
        if (!_isBlocked) AtRoundEnd();
    }

    private void AtRoundEnd()
    {
        if (_isAtRoundEnd) return;
        _isAtRoundEnd = true;
        _endpoint.Loop.AtRoundEnd(this);
    }

    private void Flush()
    {
        while (_out.Count > 0)
        {
            var count = _socket.Send(_out.Span, out var error);
            if (error != SocketError.Success)
            {
                if (error != SocketError.WouldBlock)
                {
                    _isBlocked = true;
                    Close(ZmtpFault.ConnectionLost);
                    return;
                }
                Block(true);
                TellFlushed();
                return;
            }

            _endpoint.Counters.BytesOutCount += count;
            _out.Advance(count);
        }

        Block(false);
        TellFlushed();
        if (IsLingering && _out.Count == 0) Close(ZmtpFault.Stopped);
    }

    private void TellFlushed()
    {
        if (IsKnown) _endpoint.Owner.Flushed(this);
    }

    private void Block(bool isBlocked)
    {
        if (_isBlocked == isBlocked) return;
        _isBlocked = isBlocked;
        Watch();
    }

    private void Watch()
    {
        var interest = (_isPaused ? Interest.None : Interest.Read) | (_isBlocked ? Interest.Write : Interest.None);
        if (interest == _interest) return;
        _interest = interest;
        _endpoint.Loop.Change(_socket.Socket, _token, interest);
    }
}
