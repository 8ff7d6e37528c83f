using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>The numbers of a span of time, summed up. Adding points or other buckets gives the same in any order.</summary>
internal struct Bucket
{
    public double Minimum { get; private set; }

    public double Maximum { get; private set; }

    public double Sum { get; private set; }

    /// <summary>How many numbers it holds; 0 when there were points but no number that counts.</summary>
    public long Count { get; private set; }

    /// <summary>The worst quality of all its points.</summary>
    public Quality Quality { get; private set; }

    /// <summary>False until something was added.</summary>
    public bool Exists { get; private set; }

    public readonly double Mean => Sum / Count;

    public static Bucket Of(double minimum, double maximum, double sum, long count, Quality quality) =>
        new() { Minimum = minimum, Maximum = maximum, Sum = sum, Count = count, Quality = quality, Exists = true };

    /// <summary>Adds a point. One that is not a number that counts leaves its quality alone.</summary>
    public void Add(in Point point)
    {
        var quality = point.Removed ? Quality.Stale : point.Quality;
        if (point.TryGetNumber(out var number)) Add(Of(number, number, number, 1, quality));
        else Add(new Bucket { Quality = quality, Exists = true });
    }

    public void Add(in Bucket other)
    {
        if (!other.Exists) return;
        Quality = Exists ? Quality.AtBest(other.Quality) : other.Quality;
        Exists = true;
        if (other.Count == 0) return;
        Minimum = Count == 0 ? other.Minimum : Math.Min(Minimum, other.Minimum);
        Maximum = Count == 0 ? other.Maximum : Math.Max(Maximum, other.Maximum);
        Sum += other.Sum;
        Count += other.Count;
    }
}
