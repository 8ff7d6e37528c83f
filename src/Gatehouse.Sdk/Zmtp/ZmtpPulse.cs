using Gatehouse.Sdk.Io;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>
/// Everything about one connection that has to do with time: the handshake's end, our PING and the silence after it, the silence that
/// the peer's PING allows. Any bytes are a sign of life. Loop's thread only.
/// </summary>
internal sealed class ZmtpPulse(ZmtpPeer peer, IoLoop loop, ZmtpOptions options)
{
    private IoTimer? _handshake;
    private IoTimer? _beat;
    private IoTimer? _answer;
    private IoTimer? _life;
    private long _heard;
    private long _asked;
    private TimeSpan _timeToLive;

    private TimeSpan Patience => options.HeartbeatTimeout > TimeSpan.Zero ? options.HeartbeatTimeout : options.HeartbeatInterval;

    private TimeSpan Silence => TimeSpan.FromMilliseconds(loop.Now - _heard);

    public void Start()
    {
        if (options.HandshakeTimeout > TimeSpan.Zero)
        {
            _handshake = loop.StartTimer(options.HandshakeTimeout, () => peer.Close(ZmtpFault.HandshakeTimeout));
        }
    }

    public void Heard() => _heard = loop.Now;

    public void Ready(byte minor)
    {
        _handshake?.Cancel();
        _handshake = null;
        if (options.HeartbeatInterval > TimeSpan.Zero && minor > 0) _beat = loop.StartTimer(options.HeartbeatInterval, Beat);
    }

    public void Pinged(ushort timeToLive)
    {
        if (timeToLive == 0) return;
        _timeToLive = TimeSpan.FromMilliseconds(timeToLive * 100);
        if (_life is null) _life = loop.StartTimer(_timeToLive, Live);
        else _life.Restart(_timeToLive);
    }

    public void Stop()
    {
        _handshake?.Cancel();
        _beat?.Cancel();
        _answer?.Cancel();
        _life?.Cancel();
    }

    private void Beat()
    {
        Span<byte> timeToLive = stackalloc byte[2];
        var tenths = Math.Clamp(options.HeartbeatTimeToLive.TotalMilliseconds / 100, 0, ushort.MaxValue);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(timeToLive, (ushort)tenths);
        peer.WriteCommand("PING"u8, timeToLive);
        if (_answer is null || _heard >= _asked)
        {
            // All before was answered: from now on the peer is expected to say something.
            _asked = loop.Now;
            if (_answer is null) _answer = loop.StartTimer(Patience, Expect);
            else _answer.Restart(Patience);
        }

        _beat!.Restart(options.HeartbeatInterval);
    }

    private void Expect()
    {
        // Not how long it has been silent: one that answered at once has been for just as long. While it is paused nobody listens.
        if (_heard < _asked && !peer.IsPaused) peer.Close(ZmtpFault.PeerSilent);
    }

    private void Live()
    {
        if (peer.IsPaused) _life!.Restart(_timeToLive);
        else if (Silence >= _timeToLive) peer.Close(ZmtpFault.PeerSilent);
        else _life!.Restart(_timeToLive - Silence);
    }
}
