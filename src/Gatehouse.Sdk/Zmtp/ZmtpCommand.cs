namespace Gatehouse.Sdk.Zmtp;

/// <summary>The body of a command: its name, after one byte with the name's size, and its data.</summary>
internal readonly ref struct ZmtpCommand
{
    private ZmtpCommand(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Name = name;
        Data = data;
    }

    public ReadOnlySpan<byte> Name { get; }

    public ReadOnlySpan<byte> Data { get; }

    public static bool TryRead(ReadOnlySpan<byte> body, out ZmtpCommand command)
    {
        command = default;
        if (body.Length < 2 || body[0] == 0) return false;
        if (body.Length <= body[0])
        {
            // A PLAIN server on libzmq 4.3 loses the E: its compiler read "\x05E" as one character.
            if (!body.StartsWith("\u005eRROR"u8)) return false;
            command = new ZmtpCommand("ERROR"u8, body[5..]);
            return true;
        }

        command = new ZmtpCommand(body.Slice(1, body[0]), body[(1 + body[0])..]);
        return true;
    }
}
