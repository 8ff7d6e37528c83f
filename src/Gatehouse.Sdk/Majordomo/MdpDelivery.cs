using System.Buffers.Text;
using System.Text;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// A delivery of a durable request. A request is delivered again only when its answer had not been stored: who has seen the id with a
/// smaller attempt may have done the work already.
/// </summary>
/// <param name="Id">The request's id; the same in each of its deliveries.</param>
/// <param name="Attempt">1 when nobody can have seen the request before; greater in each delivery than in those before it.</param>
public readonly record struct MdpDelivery(string Id, int Attempt)
{
    // What a hub's address begins with: a zero and eight bytes of its own.
    private const int Prefix = 9;

    /// <summary>Reads the address that a broker gave a request.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> address, out MdpDelivery delivery)
    {
        delivery = default;
        if (address.Length <= Prefix || address[0] != 0) return false;
        var text = address[Prefix..];
        var blank = text.IndexOf((byte)' ');
        if (blank <= 0 || text[..blank].ContainsAnyExceptInRange((byte)'!', (byte)'~')) return false;
        var digits = text[(blank + 1)..];
        if (!Utf8Parser.TryParse(digits, out int attempt, out var used) || used != digits.Length || attempt < 1) return false;
        delivery = new MdpDelivery(Encoding.ASCII.GetString(text[..blank]), attempt);
        return true;
    }
}
