using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Tests.Fuzz;

/// <summary>
/// Feeds damaged copies of good input to a parser for as long as GATEHOUSE_SECONDS says, and reports what came of them: the parser's own
/// word for how each ended. `make fuzz` runs the tests that use it.
/// </summary>
internal static class Fuzzer
{
    public static void Run(byte[][] good, Func<byte[], string> parse, params string[] mustReach)
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("GATEHOUSE_SECONDS") ?? "1", CultureInfo.InvariantCulture);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        var reached = new SortedDictionary<string, long>(StringComparer.Ordinal);
        long count = 0;
        for (; watch.Elapsed.TotalSeconds < seconds; count++)
        {
            var input = Damage(good[random.Next(good.Length)], good[random.Next(good.Length)], random);
            try
            {
                var outcome = parse(input);
                reached[outcome] = reached.GetValueOrDefault(outcome) + 1;
            }
            catch (Exception error)
            {
                Assert.Fail($"Input {count} of seed {seed} is refused the wrong way: {Convert.ToHexString(input)}\n{error}");
            }
        }

        var report = string.Join("; ", reached.Select(r => $"{r.Key} {r.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} inputs, seed {seed}: {report}");
        Assert.Superset(mustReach.ToHashSet(), reached.Keys.ToHashSet());
    }

    private static byte[] Damage(byte[] first, byte[] second, Random random)
    {
        var input = random.Next(4) == 0
            ? [.. first.AsSpan(0, random.Next(first.Length + 1)), .. second.AsSpan(random.Next(second.Length + 1))]
            : first.ToArray();
        for (var edits = random.Next(4); edits > 0 && input.Length > 0; edits--)
        {
            var at = random.Next(input.Length);
            switch (random.Next(4))
            {
                case 0:
                    input[at] = (byte)random.Next(256);
                    break;
                case 1:
                    input[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    input = [.. input.AsSpan(0, at), .. input.AsSpan(at + 1)];
                    break;
                default:
                    input = [.. input.AsSpan(0, at), .. input.AsSpan(at, Math.Min(4, input.Length - at)), .. input.AsSpan(at)];
                    break;
            }
        }

        return input;
    }
}
