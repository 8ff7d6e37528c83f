using System.Globalization;

namespace Gatehouse.Bench;

/// <summary>Interleaved rounds, and what is said of them.</summary>
internal static class Rounds
{
    /// <summary>How many: nine, or what the variable <c>GATEHOUSE_ROUNDS</c> says.</summary>
    public static int Count { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("GATEHOUSE_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 9;

    public static double Median(IEnumerable<double> values)
    {
        List<double> sorted = [.. values.Order()];
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>The median, with the least and the greatest behind it.</summary>
    public static string Spread(IReadOnlyCollection<double> values) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(values):0} ({values.Min():0} to {values.Max():0})");
}
