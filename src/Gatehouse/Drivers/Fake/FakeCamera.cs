using Gatehouse.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.Fake;

/// <summary>A made-up camera: it looks at hills, over which a day passes in ten minutes. Under the lock of its house.</summary>
internal sealed class FakeCamera(DeviceProperty property)
{
    public const int Width = 160, Height = 90;

    /// <summary>Seconds from one picture to the next.</summary>
    public const double Period = 10;

    private const double Day = 600;

    private long _last = -1;

    /// <summary>The next picture; null when the last one is young.</summary>
    public Change? Read(double seconds)
    {
        var number = (long)(seconds / Period);
        if (number == _last) return null;
        _last = number;
        return property.To(Value.From("data:image/png;base64," + Convert.ToBase64String(Draw(number * Period))));
    }

    /// <summary>What it sees so many seconds after its start, as a PNG file. The same time gives the same picture.</summary>
    public static byte[] Draw(double seconds)
    {
        var colors = new byte[3 * Width * Height];
        var turn = seconds / Day * 2 * Math.PI;
        var light = 0.5 + (0.5 * Math.Sin(turn));
        var (sunX, sunY) = (Width * (0.5 - (0.42 * Math.Cos(turn))), 62 - (46 * Math.Sin(turn)));
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var color = At(x, y, light, Math.Sqrt(((x - sunX) * (x - sunX)) + ((y - sunY) * (y - sunY))));
                var place = 3 * ((y * Width) + x);
                (colors[place], colors[place + 1], colors[place + 2]) = (ToByte(color.Red), ToByte(color.Green), ToByte(color.Blue));
            }
        }
        return Png.Write(Width, Height, colors);
    }

    private static (double Red, double Green, double Blue) At(int x, int y, double light, double fromSun)
    {
        if (y > 70 + (6 * Math.Sin((x / 23.0) + 2))) return Mix((14, 24, 22), (74, 112, 60), light);
        if (y > 58 + (9 * Math.Sin((x / 31.0) + 0.4)) + (3 * Math.Sin(x / 9.0))) return Mix((18, 30, 40), (112, 148, 104), light);
        if (fromSun < 6.5) return (255, 246, 214);
        var height = (double)y / Height;
        var sky = Mix(Mix((10, 14, 34), (58, 48, 74), height), Mix((92, 156, 214), (238, 216, 180), height), light);
        return Mix(sky, (255, 214, 150), 0.55 * light * Math.Exp(-fromSun / 22));
    }

    private static (double Red, double Green, double Blue) Mix(
        (double Red, double Green, double Blue) from, (double Red, double Green, double Blue) to, double share) =>
    (
        from.Red + ((to.Red - from.Red) * share),
        from.Green + ((to.Green - from.Green) * share),
        from.Blue + ((to.Blue - from.Blue) * share)
    );

    private static byte ToByte(double part) => (byte)Math.Clamp(Math.Round(part), 0, 255);
}
