using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Gatehouse.Devices;
using Gatehouse.Drivers.Fake;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Drivers.Fake;

public sealed class FakeCameraTests
{
    [Fact]
    public void A_day_passes_over_the_hills_in_small_files()
    {
        var noon = Read(FakeCamera.Draw(150));
        var midnight = Read(FakeCamera.Draw(450));
        Assert.Equal((FakeCamera.Width, FakeCamera.Height), (noon.Width, noon.Height));
        Assert.True(Mean(noon) > Mean(midnight) + 80, "Noon is not much brighter than midnight.");
        Assert.Equal((255, 246, 214), At(noon, FakeCamera.Width / 2, 16));
        Assert.Equal(FakeCamera.Draw(150), FakeCamera.Draw(150));
        for (var seconds = 0; seconds < 600; seconds += 50) Assert.InRange(FakeCamera.Draw(seconds).Length, 500, 24 * 1024);
    }

    [Fact]
    public void It_shows_a_picture_at_once_and_another_every_ten_seconds()
    {
        var camera = new FakeCamera(new DeviceProperty(
            Key.Parse("/device/here.fake.outlook/still"), new PropertyInfo { Title = "Picture", Type = "text" }, TimeProvider.System));
        var first = camera.Read(0);
        Assert.Null(camera.Read(9.9));
        var second = camera.Read(10.1);
        Assert.Null(camera.Read(19));
        Assert.NotEqual(first!.Value.Value, second!.Value.Value);
        Assert.True(second.Value.Value.TryGetText(out var text));
        Assert.StartsWith("data:image/png;base64,iVBORw0KGgo", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 1, Value.MaxSize / 2);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(64, 64)]
    public void A_picture_is_read_back_as_it_was_written(int width, int height)
    {
        var colors = new byte[3 * width * height];
        new Random(width).NextBytes(colors);
        var picture = Read(Png.Write(width, height, colors));
        Assert.Equal((width, height), (picture.Width, picture.Height));
        Assert.Equal(colors, picture.Colors);
    }

    private static double Mean(Picture picture) => picture.Colors.Average(c => c);

    private static (int, int, int) At(Picture picture, int x, int y)
    {
        var place = 3 * ((y * picture.Width) + x);
        return (picture.Colors[place], picture.Colors[place + 1], picture.Colors[place + 2]);
    }

    // A second reading of the format, checks of every part included.
    private static Picture Read(byte[] file)
    {
        Assert.Equal("\u0089PNG\r\n\u001a\n", Encoding.Latin1.GetString(file, 0, 8));
        var (width, height, data) = (0, 0, Array.Empty<byte>());
        var names = new List<string>();
        for (var place = 8; place < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(place));
            var name = Encoding.ASCII.GetString(file, place + 4, 4);
            names.Add(name);
            var part = file.AsSpan(place + 8, length);
            Assert.Equal(Crc(file.AsSpan(place + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(place + 8 + length)));
            if (name == "IHDR")
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(part), BinaryPrimitives.ReadInt32BigEndian(part[4..]));
                Assert.Equal([8, 2, 0, 0, 0], part[8..].ToArray());
            }
            if (name == "IDAT") data = part.ToArray();
            place += length + 12;
        }
        Assert.Equal(["IHDR", "IDAT", "IEND"], names);
        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        var (packed, stride, colors) = (rows.ToArray(), 3 * width, new byte[3 * width * height]);
        Assert.Equal((stride + 1) * height, packed.Length);
        for (var y = 0; y < height; y++)
        {
            Assert.Equal(2, packed[y * (stride + 1)]);
            for (var x = 0; x < stride; x++)
            {
                var above = y == 0 ? 0 : colors[((y - 1) * stride) + x];
                colors[(y * stride) + x] = (byte)(packed[(y * (stride + 1)) + 1 + x] + above);
            }
        }
        return new Picture(width, height, colors);
    }

    // Bit by bit, as the standard describes it.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var odd = ((crc ^ (uint)(b >> bit)) & 1) != 0;
                crc = odd ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
            }
        }
        return ~crc;
    }

    private sealed record Picture(int Width, int Height, byte[] Colors);
}
