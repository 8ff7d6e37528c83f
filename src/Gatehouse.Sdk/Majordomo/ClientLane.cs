using System.Text;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// One connection of a client, with at most one request in flight. Each connection is a new identity to the broker, so what a broker sends
/// to one that was given up finds nobody. On the loop.
/// </summary>
internal sealed class ClientLane : IZmtpOwner, IRoundEnd
{
    private readonly ClientPool _pool;
    private ZmtpPeer? _peer;
    private ClientCall? _call;
    private ZmtpFault _rejection;
    private bool _isPaused;
    private bool _isSettling;

    public ClientLane(ClientPool pool, ZmtpOptions socket)
    {
        _pool = pool;
        Endpoint = new ZmtpEndpoint(pool.Loop, socket, this);
    }

    public ZmtpEndpoint Endpoint { get; }

    /// <summary>Whether it stands among the free ones; it may have lost its connection since.</summary>
    public bool IsListed { get; set; }

    public bool IsConnected => _peer is not null;

    public bool IsFree => _peer is { IsOpen: true } && _call is null && !_isSettling;

    public void Start() => Endpoint.Connect(_pool.Address);

    public void Send(ClientCall call)
    {
        _call = call;
        Span<byte> head = stackalloc byte[MdpHead.MaxSize];
        head = head[..MdpHead.ClientRequest(head, _pool.Options.Dialect, call.Service)];
        // One message is always taken when nothing waits, and nothing waits: the broker has answered what was sent before.
        if (!_peer!.Write(head, call.Body)) Break(MdpOutcome.ConnectionLost, $"The broker at {_pool.Address} takes no messages.");
    }

    /// <summary>Gives the connection up, with what may still come over it.</summary>
    public void Reset()
    {
        _call = null;
        Drop();
    }

    public void Pause()
    {
        if (_isPaused || _call is null) return;
        _isPaused = true;
        _peer!.PauseReading();
        ClientPool.Suspend(_call);
    }

    public void Resume()
    {
        if (!_isPaused) return;
        _isPaused = false;
        _peer?.ResumeReading();
    }

    /// <summary>The client ends.</summary>
    public void Close()
    {
        var call = _call;
        Reset();
        call?.Close();
    }

    /// <summary>Why there is no connection, in words.</summary>
    public string Trouble() => _rejection switch
    {
        ZmtpFault.AccessDenied or ZmtpFault.PeerRefused => "it refuses the user name or the password.",
        ZmtpFault.MechanismMismatch or ZmtpFault.UnknownMechanism or ZmtpFault.RoleMismatch => "it wants another way to sign in.",
        ZmtpFault.IncompatibleSocket => "what listens there is no ROUTER, so no broker.",
        ZmtpFault.BadSignature or ZmtpFault.OldVersion => "what listens there does not speak ZMTP 3.",
        ZmtpFault.None when Endpoint.Counters.Faults(ZmtpFault.ConnectFailed) > 0 => "nobody listens there, or the name is not known.",
        _ => "the connection does not come about.",
    };

    void IZmtpOwner.Opened(ZmtpPeer peer)
    {
        _peer = peer;
        _rejection = ZmtpFault.None;
        _pool.Free(this);
    }

    void IZmtpOwner.Rejected(ZmtpPeer peer, ZmtpFault reason)
    {
        // What it was refused for may be cut off by the end of the connection the next time; the reason has not changed.
        var isMute = reason is ZmtpFault.ConnectionLost or ZmtpFault.PeerClosed;
        if (!isMute || _rejection is ZmtpFault.None) _rejection = reason;
    }

    void IZmtpOwner.Received(ZmtpPeer peer, in ZmtpMessage message)
    {
        if (peer != _peer) return;
        var fault = MdpMessage.FromBroker(message, out var read);
        if (_call is not { } call)
        {
            // Perhaps the reply came twice. Whatever it is, the next one could be taken for that of the next request.
            _pool.CountStray();
            Drop();
            return;
        }
        if (Wrong(fault, read, call) is { } wrong)
        {
            _pool.CountStray();
            Break(MdpOutcome.BadReply, wrong);
            return;
        }
        var isFinal = read.Kind == MdpKind.ClientFinal;
        if (!call.Take(message.ToFrames(read.BodyFrom), isFinal))
        {
            // Asked again it would be as large.
            call.TriesLeft = 0;
            Break(MdpOutcome.BadReply, $"The reply is larger than {_pool.Options.MaxMessageSize} bytes.");
            return;
        }
        if (!isFinal)
        {
            if (!_isPaused) ClientPool.Renew(call);
            return;
        }
        _call = null;
        _pool.Left(call);
        // Free only when all that came with the reply has been seen: a second one would be taken for that of the next request.
        _isSettling = true;
        _pool.Loop.AtRoundEnd(this);
    }

    void IZmtpOwner.Closed(ZmtpPeer peer, ZmtpFault reason)
    {
        if (peer != _peer) return;
        Break(MdpOutcome.ConnectionLost, $"The broker at {_pool.Address} closed the connection before it answered.");
    }

    void IRoundEnd.RoundEnd()
    {
        _isSettling = false;
        if (IsFree) _pool.Free(this);
    }

    private void Break(MdpOutcome outcome, string reason)
    {
        var call = _call;
        Reset();
        if (call is not null) _pool.Lost(call, outcome, reason);
    }

    private void Drop()
    {
        var peer = _peer;
        _peer = null;
        _isPaused = false;
        peer?.Close(ZmtpFault.Dropped);
    }

    private string? Wrong(MdpFault fault, in MdpMessage read, ClientCall call)
    {
        if (fault != MdpFault.None) return $"What answers at {_pool.Address} does not speak Majordomo: {fault}.";
        if (read.Dialect != _pool.Options.Dialect || read.Kind is not (MdpKind.ClientFinal or MdpKind.ClientPartial))
        {
            return $"What answers at {_pool.Address} does not speak {_pool.Options.Dialect} to clients.";
        }
        if (read.Name.SequenceEqual(call.Service)) return null;
        var (other, asked) = (Encoding.UTF8.GetString(read.Name), Encoding.UTF8.GetString(call.Service));
        return $"The broker at {_pool.Address} answered for '{Values.KeySegment.ForDisplay(other)}' where '{asked}' was asked.";
    }
}
