using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Clone;

/// <summary>Messages of the clone protocols, built as RasPy's programs and RFC 12 say and not by the code under test.</summary>
internal static class KvSamples
{
    public const string Uuid = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10";

    public static byte[] ShortUpdate { get; } = Wire.Message("/test/a", "\0\0\0\x01", "1");

    public static byte[] FullUpdate { get; } = Wire.Message("/test/a", "\0\0\0\0\0\0\x01\x02", Uuid, "ttl=10\nnote=a=b\n", "1");

    public static byte[][] Messages { get; } =
    [
        ShortUpdate, FullUpdate,
        Wire.Message("/test/a", "\0\0\0\0\0\0\0\x07", "wide"),
        Wire.Message("/test/a", "\xFF\xFF\xFF\xFE", ""),
        Wire.Message("KTHXBAI", "\0\0\0\x03", "/test/"),
        Wire.Message("KTHXBAI", "\0\0\0\0\0\0\0\x03", "", "", "/test/"),
        Wire.Message("HUGZ", "\0\0\0\0\0\0\0\0", "", "", ""),
        Wire.Message("/long/key", "\0\0\0\x09", "", "x=\n", new string('b', 300)),
        Wire.Message(new string('k', 300), "\x7F\xFF\xFF\xFF", new string('b', 300)),
    ];

    public static byte[][] Requests { get; } = [Wire.Message("ICANHAZ?", "/test/"), Wire.Message("ICANHAZ?", ""), Wire.Message("ICANHAZ?")];

    public static ZmtpMessage Read(byte[] bytes)
    {
        Assert.True(ZmtpFrames.TryRead(bytes, new int[16], out var message));
        return message;
    }
}
