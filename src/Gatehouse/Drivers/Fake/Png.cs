using System.Buffers.Binary;
using System.IO.Compression;

namespace Gatehouse.Drivers.Fake;

/// <summary>Writes a picture as a PNG file (ISO/IEC 15948): 8 bits for each of red, green and blue, one part of data.</summary>
internal static class Png
{
    private static readonly uint[] Crcs = [.. Enumerable.Range(0, 256).Select(n => Crc((uint)n))];

    /// <param name="colors">Row by row from the top, three bytes for each point.</param>
    public static byte[] Write(int width, int height, ReadOnlySpan<byte> colors)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, 2); // depth, true colour; the rest is 0
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Pack(width, height, colors));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    // Each row is written as its differences from the row above (filter 2), which packs a sky well.
    private static byte[] Pack(int width, int height, ReadOnlySpan<byte> colors)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var stride = 3 * width;
            var row = new byte[stride + 1];
            row[0] = 2;
            for (var y = 0; y < height; y++)
            {
                var start = y * stride;
                for (var x = 0; x < stride; x++) row[x + 1] = (byte)(colors[start + x] - (y == 0 ? 0 : colors[start + x - stride]));
                zlib.Write(row);
            }
        }
        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) crc = Crcs[(byte)crc ^ b] ^ (crc >> 8);
        return crc;
    }

    private static uint Crc(uint n)
    {
        for (var bit = 0; bit < 8; bit++) n = (n & 1) == 0 ? n >> 1 : 0xedb88320 ^ (n >> 1);
        return n;
    }
}
