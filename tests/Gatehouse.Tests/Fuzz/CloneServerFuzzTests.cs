using System.Diagnostics;
using System.Globalization;
using Gatehouse.Connectors.Clone;

namespace Gatehouse.Tests.Fuzz;

/// <summary>
/// Conversations of publishers, subscribers and those who ask for snapshots with the clone server, some of their messages changed. After
/// each the server must be as if nothing had been, but for the values.
/// </summary>
[Trait("Run", "Fuzz")]
public sealed class CloneServerFuzzTests
{
    // Those need an owner, or megabytes.
    private static readonly CloneFault[] Elsewhere = [CloneFault.None, CloneFault.WriteFailed, CloneFault.TooManySubscriptions];

    [Fact(Explicit = true)]
    public void Every_conversation_leaves_values_alone()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("GATEHOUSE_SECONDS") ?? "1", CultureInfo.InvariantCulture);
        var watch = Stopwatch.StartNew();
        using var fuzz = new CloneServerFuzz(Environment.TickCount);
        while (watch.Elapsed.TotalSeconds < seconds) Play(fuzz, 1000);
        var reached = fuzz.Reached();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{fuzz.Played} conversations, {fuzz.Played / watch.Elapsed.TotalSeconds:F0}/s, seed {fuzz.Seed}: "
            + string.Join("; ", reached.Select(r => $"{r.Key} {r.Value}")));
        var wanted = Enum.GetValues<CloneFault>().Except(Elsewhere).Select(f => f.ToString()).Concat(CloneServerFuzz.States);
        Assert.Equal([], wanted.Except(reached.Keys));
    }

    [Fact]
    public void A_short_run_leaves_values_alone()
    {
        using var fuzz = new CloneServerFuzz(Environment.TickCount);
        Play(fuzz, 1000);
    }

    private static void Play(CloneServerFuzz fuzz, int count)
    {
        try
        {
            for (var i = 0; i < count; i++) fuzz.Play();
        }
        catch (Exception error)
        {
            Assert.Fail($"Conversation {fuzz.Played} of seed {fuzz.Seed}: {error}");
        }
    }
}
