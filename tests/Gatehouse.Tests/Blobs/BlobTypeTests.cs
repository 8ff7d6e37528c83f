using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Blobs;

namespace Gatehouse.Tests.Blobs;

public sealed class BlobTypeTests
{
    private static readonly (string Extension, byte[] Start)[] Starts =
    [
        ("jpg", [0xFF, 0xD8, 0xFF]),
        ("png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        ("webp", [.. "RIFF"u8, 0x10, 0x80, 0xFF, 0x00, .. "WEBP"u8]),
        ("gif", [.. "GIF87a"u8]),
        ("gif", [.. "GIF89a"u8]),
        ("avif", [0, 0, 0, 0x20, .. "ftypavif"u8]),
        ("avif", [0, 0, 0, 0x2C, .. "ftypavis"u8]),
    ];

    private static Arbitrary<(string Extension, byte[] Start)> Start => Gen.Elements(Starts).ToArbitrary();

    [Fact]
    public void A_picture_is_of_its_type_alone_whatever_follows() => Check.QuickThrowOnFailure(Prop.ForAll(
        Start, ArbMap.Default.ArbFor<byte[]>(), (start, rest) => Fitting([.. start.Start, .. rest]).SequenceEqual([start.Extension])));

    [Fact]
    public void One_that_is_cut_or_changed_in_its_start_is_of_no_type()
    {
        foreach (var (extension, start) in Starts)
        {
            for (var at = 0; at < start.Length; at++)
            {
                Assert.Empty(Fitting(start[..at]));
                // These say how long it is, or which version.
                if (extension == "webp" && at is >= 4 and < 8 || extension == "avif" && at < 4) continue;
                byte[] bytes = [.. start];
                bytes[at] ^= 0x80;
                Assert.Empty(Fitting(bytes));
            }
        }
    }

    [Fact]
    public void Any_bytes_are_bytes_and_the_start_decides() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes => BlobType.Bytes.Fits(bytes)
            && Fitting(bytes).SequenceEqual(Fitting(bytes[..Math.Min(bytes.Length, BlobType.SignatureSize)]))));

    private static string[] Fitting(byte[] bytes) =>
        [.. BlobType.All.Where(t => t.IsPicture && t.Fits(bytes)).Select(t => t.Extension)];
}
