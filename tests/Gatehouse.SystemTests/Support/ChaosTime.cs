using System.Globalization;

namespace Gatehouse.SystemTests.Support;

/// <summary>How long each test of `make chaos` goes on.</summary>
internal static class ChaosTime
{
    public static TimeSpan Given => TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("GATEHOUSE_SECONDS") ?? "60", CultureInfo.InvariantCulture));
}
