using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Clone;

/// <summary>Makes the messages of a publisher (RFC 12, "KVSET"; RasPy's in three frames). Pure but for the uuid.</summary>
internal static class KvWriter
{
    public static Frames Write(KvForm form, byte[] key, ReadOnlyMemory<byte> body, TimeSpan? ttl)
    {
        Span<byte> properties = stackalloc byte[KvProperties.TtlSize];
        properties = ttl is { } time ? properties[..KvProperties.WriteTtl(properties, time)] : [];
        // The server gives the number.
        if (form == KvForm.Short) return Frames.Create([key.Length, Kv.ShortWidth, body.Length], new Parts(key, [], body.Span), FillShort);
        return Frames.Create(
            [key.Length, Kv.LongWidth, Kv.UuidSize, properties.Length, body.Length], new Parts(key, properties, body.Span), FillFull);
    }

    private static void FillShort(int frame, Span<byte> to, Parts parts)
    {
        if (frame == 0) parts.Key.CopyTo(to);
        else if (frame == 2) parts.Body.CopyTo(to);
    }

    private static void FillFull(int frame, Span<byte> to, Parts parts)
    {
        if (frame == 0) parts.Key.CopyTo(to);
        // Servers in pairs know by it that both have heard of the same change.
        else if (frame == 2) Guid.NewGuid().TryWriteBytes(to);
        else if (frame == 3) parts.Properties.CopyTo(to);
        else if (frame == 4) parts.Body.CopyTo(to);
    }

    private readonly ref struct Parts(ReadOnlySpan<byte> key, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> body)
    {
        public readonly ReadOnlySpan<byte> Key = key;
        public readonly ReadOnlySpan<byte> Properties = properties;
        public readonly ReadOnlySpan<byte> Body = body;
    }
}
