using System.Text;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>The client's side of user name and password, readable by whoever listens (RFC 37, "The PLAIN Security Mechanism").</summary>
internal sealed class PlainClientMechanism : ZmtpMechanism
{
    private readonly byte[] _hello;
    private bool _isWelcome;

    public PlainClientMechanism(string user, string password)
    {
        var (u, p) = (Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(password));
        if (u.Length > byte.MaxValue || p.Length > byte.MaxValue)
        {
            throw new ArgumentException("User name and password have at most 255 bytes each.", nameof(user));
        }

        _hello = [(byte)u.Length, .. u, (byte)p.Length, .. p];
    }

    public override ReadOnlySpan<byte> Name => "PLAIN"u8;

    public override void Start(IZmtpHandshake handshake)
    {
        base.Start(handshake);
        _isWelcome = false;
        handshake.Send("HELLO"u8, _hello);
    }

    public override ZmtpFault Take(ReadOnlySpan<byte> command, ReadOnlySpan<byte> data, IZmtpHandshake handshake)
    {
        if (IsError(command)) return ZmtpFault.PeerRefused;
        if (command.SequenceEqual("HELLO"u8)) return ZmtpFault.RoleMismatch;
        if (!_isWelcome)
        {
            if (!command.SequenceEqual("WELCOME"u8)) return ZmtpFault.ReadyExpected;
            if (!data.IsEmpty) return ZmtpFault.BadCommand;
            _isWelcome = true;
            handshake.Send("INITIATE"u8, handshake.Metadata);
            return ZmtpFault.None;
        }

        if (!command.SequenceEqual("READY"u8)) return ZmtpFault.ReadyExpected;
        IsDone = true;
        return handshake.TakeMetadata(data);
    }
}

/// <summary>The server's side of user name and password.</summary>
internal sealed class PlainServerMechanism(Func<string, string, bool> check) : ZmtpMechanism
{
    private bool _isWelcome;

    public override ReadOnlySpan<byte> Name => "PLAIN"u8;

    public override bool IsServer => true;

    public override void Start(IZmtpHandshake handshake)
    {
        base.Start(handshake);
        _isWelcome = false;
    }

    public override ZmtpFault Take(ReadOnlySpan<byte> command, ReadOnlySpan<byte> data, IZmtpHandshake handshake)
    {
        if (IsError(command)) return ZmtpFault.PeerRefused;
        if (command.SequenceEqual("WELCOME"u8)) return ZmtpFault.RoleMismatch;
        if (_isWelcome)
        {
            if (!command.SequenceEqual("INITIATE"u8)) return ZmtpFault.ReadyExpected;
            var fault = handshake.TakeMetadata(data);
            if (fault != ZmtpFault.None) return fault;
            IsDone = true;
            handshake.Send("READY"u8, handshake.Metadata);
            return ZmtpFault.None;
        }

        if (!command.SequenceEqual("HELLO"u8)) return ZmtpFault.ReadyExpected;
        if (!TryTake(ref data, out var user) || !TryTake(ref data, out var password) || !data.IsEmpty) return ZmtpFault.BadCommand;
        if (!check(Encoding.UTF8.GetString(user), Encoding.UTF8.GetString(password)))
        {
            // A libzmq client knows this status as a refusal for good.
            handshake.Send("ERROR"u8, "\u0003400"u8);
            return ZmtpFault.AccessDenied;
        }

        _isWelcome = true;
        handshake.Send("WELCOME"u8, []);
        return ZmtpFault.None;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> data, out ReadOnlySpan<byte> field)
    {
        field = default;
        if (data.IsEmpty || data.Length < 1 + data[0]) return false;
        field = data.Slice(1, data[0]);
        data = data[(1 + data[0])..];
        return true;
    }
}
