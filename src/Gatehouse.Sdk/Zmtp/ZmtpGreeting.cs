namespace Gatehouse.Sdk.Zmtp;

/// <summary>The first 64 bytes of either side: signature, version, mechanism, role (RFC 37, "The Greeting").</summary>
internal static class ZmtpGreeting
{
    public const int Size = 64;
    private const int VersionAt = 10;
    private const int MechanismAt = 12;
    private const int MechanismSize = 20;
    private const int RoleAt = 32;

    public static byte[] Write(ReadOnlySpan<byte> mechanism, bool isServer)
    {
        var output = new byte[Size];
        output[0] = 0xFF;
        // Peers of ZMTP 1 read a length here: one more than that of an empty identity.
        output[8] = 1;
        output[9] = 0x7F;
        output[VersionAt] = 3;
        output[VersionAt + 1] = 1;
        mechanism.CopyTo(output.AsSpan(MechanismAt));
        output[RoleAt] = isServer ? (byte)1 : (byte)0;
        return output;
    }

    /// <summary>Judges what has come of a greeting so far, so that a stranger is known by its first bytes.</summary>
    public static ZmtpFault Read(ReadOnlySpan<byte> input, ZmtpMechanism own, out byte minor)
    {
        minor = 0;
        // ZMTP 1 begins with the length of a frame and its flags, which are 0.
        if (input[0] != 0xFF) return input.Length < 2 ? ZmtpFault.None : input[1] == 0 ? ZmtpFault.OldVersion : ZmtpFault.BadSignature;
        if (input.Length > 9 && (input[9] & 1) == 0) return ZmtpFault.BadSignature;
        if (input.Length > VersionAt && input[VersionAt] < 3) return ZmtpFault.OldVersion;
        if (input.Length < Size) return ZmtpFault.None;
        // A later major version falls back to ours.
        minor = input[VersionAt] > 3 ? (byte)1 : input[VersionAt + 1];
        var name = input.Slice(MechanismAt, MechanismSize).TrimEnd((byte)0);
        if (!name.SequenceEqual(own.Name))
        {
            return name.SequenceEqual("NULL"u8) || name.SequenceEqual("PLAIN"u8) || name.SequenceEqual("CURVE"u8)
                || name.SequenceEqual("GSSAPI"u8) ? ZmtpFault.MechanismMismatch : ZmtpFault.UnknownMechanism;
        }

        // libzmq's servers say 0 as well, so that two clients are known only by their commands.
        return own.IsServer && input[RoleAt] == 1 ? ZmtpFault.RoleMismatch : ZmtpFault.None;
    }
}
