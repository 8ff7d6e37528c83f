using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.History;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.History;

public sealed class PackedPointTests
{
    private static readonly DateTime Noon = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    public static TheoryData<string> Texts =>
    [
        "0", "-0", "-0.0", "21.5", "21.50", "1e300", "0.1", "0.1000000000000000055511151231257827", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "123456.789012", "1e-7", "4.9e-324", "true", "false", "null", "on", "", "\"quoted\"",
        "{\"a\":[1,2]}", "[]", "grün", "1e400",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_kind_of_value_comes_back_as_it_was(string text)
    {
        foreach (var value in new[] { Value.FromText(text), Value.FromBytes([0, 0xFF]), Value.From(double.NaN), Value.From(text) })
        {
            Point[] points =
            [
                new(Noon, value), new(Noon, value, Quality.Bad), new(Noon.AddTicks(1), 7.25), new(Noon.AddTicks(2), value),
                new(Noon.AddDays(-1), default, Quality.Suspect, Removed: true),
                new(DateTime.MinValue, value), new(DateTime.MaxValue, value),
            ];
            Assert.Equal(points.Select(Utc), Unpack(Pack(points)));
        }
    }

    [Fact]
    public void Any_points_come_back_as_they_were()
    {
        var points = Gen.Choose(0, int.MaxValue - 1).ArrayOf().ToArbitrary();
        Check.QuickThrowOnFailure(Prop.ForAll(points, seeds =>
        {
            var random = new Random(seeds.Length == 0 ? 0 : seeds[0]);
            var made = seeds.Select(_ => RandomPoint(random)).ToList();
            return Unpack(Pack(made)).SequenceEqual(made);
        }));
    }

    [Fact]
    public void What_is_written_goes_on_behind_what_was_read()
    {
        var random = new Random(1);
        var points = Enumerable.Range(0, 200).Select(_ => RandomPoint(random)).ToList();
        var first = Pack(points[..100]);
        var reader = new PointReader(first);
        while (reader.TryRead(out _)) { }
        var writer = new PointWriter(first, reader.Context);
        foreach (var point in points[100..]) writer.Write(point);
        Assert.Equal(points, Unpack(writer.Bytes.ToArray()));
        Assert.Equal(Pack(points), writer.Bytes);
    }

    [Fact]
    public void A_reading_a_second_with_two_decimals_takes_less_than_six_bytes()
    {
        var random = new Random(1);
        var writer = new PointWriter();
        for (var i = 0; i < 10_000; i++)
        {
            var jitter = random.Next(20_000);
            writer.Write(new Point(Noon.AddSeconds(i).AddTicks(jitter), Math.Round(20 + Math.Sin(i / 500d) + random.NextDouble(), 2)));
        }
        Assert.InRange(writer.Length / 10_000d, 1, 6);
    }

    [Theory]
    [InlineData("41", "None")]
    [InlineData("4F00", "UnknownForm")]
    [InlineData("04", "Truncated")]
    [InlineData("4402", "None")]
    [InlineData("0101", "BadTime")]
    [InlineData("4607", "BadValue")]
    [InlineData("4779", "BadValue")]
    [InlineData("47", "Truncated")]
    [InlineData("4803613262", "BadValue")]
    [InlineData("4A025B", "Truncated")]
    [InlineData("44FFFFFFFFFFFFFFFFFFFF01", "Truncated")]
    public void Damage_is_named(string hex, string fault)
    {
        var reader = new PointReader(Convert.FromHexString(hex));
        while (reader.TryRead(out _)) { }
        Assert.Equal(fault, reader.Fault.ToString());
    }

    [Fact]
    public void Mutated_points_are_read_or_refused_and_never_throw()
    {
        var random = new Random(1);
        var good = Pack([.. Enumerable.Range(0, 40).Select(_ => RandomPoint(random))]);
        var faults = new HashSet<PackedFault>();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = good.ToArray();
            for (var edits = random.Next(1, 4); edits > 0; edits--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var reader = new PointReader(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
            while (reader.TryRead(out _)) { }
            faults.Add(reader.Fault);
        }
        Assert.Equal(Enum.GetValues<PackedFault>().ToHashSet(), faults);
    }

    internal static Point RandomPoint(Random random) => new(
        Noon.AddTicks(random.Next(3) == 0 ? random.NextInt64(-TimeSpan.TicksPerDay, TimeSpan.TicksPerDay) : random.Next(100) * 10_000_000L),
        random.Next(12) switch
        {
            0 => default,
            1 => random.Next(2) == 0,
            2 => random.NextInt64(),
            3 or 4 => random.Next(-50, 50),
            5 => Value.From(Encoding.UTF8.GetString(new byte[random.Next(40)])),
            6 => Value.FromText("{\"x\": 1.50}"),
            7 => Value.FromText("1.500"),
            8 => Value.FromBytes([1, 2, 3]),
            9 => random.NextDouble() * 1e6,
            10 => double.PositiveInfinity,
            _ => Math.Round(random.NextDouble() * 40, random.Next(4)),
        },
        (Quality)random.Next(4),
        random.Next(20) == 0);

    internal static byte[] Pack(IReadOnlyList<Point> points)
    {
        var writer = new PointWriter();
        foreach (var point in points) writer.Write(point);
        return writer.Bytes.ToArray();
    }

    internal static List<Point> Unpack(byte[] packed)
    {
        var points = new List<Point>();
        var reader = new PointReader(packed);
        while (reader.TryRead(out var point)) points.Add(point);
        Assert.Equal(PackedFault.None, reader.Fault);
        return points;
    }

    private static Point Utc(Point point) => point with { Time = DateTime.SpecifyKind(point.Time, DateTimeKind.Utc) };
}
