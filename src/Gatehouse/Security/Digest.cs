using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Security;

/// <summary>The SHA-256 of something secret. Comparing two takes the same time wherever they differ.</summary>
internal readonly struct Digest : IEquatable<Digest>
{
    private readonly byte[] _bytes;

    private Digest(byte[] bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    public static Digest Of(ReadOnlySpan<byte> secret) => new(SHA256.HashData(secret));

    public static Digest Of(string secret) => Of(Encoding.UTF8.GetBytes(secret));

    /// <summary>One that was kept.</summary>
    public static Digest Kept(byte[] bytes) => new(bytes);

    public bool Equals(Digest other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    public override int GetHashCode() => BitConverter.ToInt32(_bytes);
}
