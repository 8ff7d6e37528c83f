using System.Diagnostics;
using System.Globalization;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Fuzz;

/// <summary>
/// Whole conversations of clients and workers with the broker, each valid but for one change. After each the broker must be as if nothing
/// had been: no exception, nobody left, nothing held.
/// </summary>
[Trait("Run", "Fuzz")]
public sealed class MajordomoFuzzTests
{
    // What damaged bytes lead to before a message comes of them.
    private static readonly string[] OfBytes =
    [
        .. new[]
        {
            ZmtpFault.BadSignature, ZmtpFault.OldVersion, ZmtpFault.UnknownMechanism, ZmtpFault.ReadyExpected, ZmtpFault.BadReady,
            ZmtpFault.BadCommand, ZmtpFault.IncompatibleSocket, ZmtpFault.ReservedFlags, ZmtpFault.FrameTooLong,
        }.Select(fault => $"ZMTP {fault}"),
    ];

    [Theory(Explicit = true)]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_conversation_ends_and_leaves_nothing(bool asBytes)
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("GATEHOUSE_SECONDS") ?? "1", CultureInfo.InvariantCulture);
        var (count, fuzz, watch) = (0L, new BrokerFuzz(Environment.TickCount, asBytes), Stopwatch.StartNew());
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            Play(fuzz, 1000);
            count += 1000;
        }
        var reached = fuzz.Reached();
        var rate = count / watch.Elapsed.TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} conversations, {rate:F0}/s, seed {fuzz.Seed}: {string.Join("; ", reached.Select(r => $"{r.Key} {r.Value}"))}");
        var wanted = Enum.GetValues<BrokerFault>().Where(f => f != BrokerFault.None).Select(f => f.ToString()).Concat(BrokerFuzz.States);
        if (asBytes) wanted = wanted.Concat(OfBytes);
        Assert.Equal([], wanted.Except(reached.Keys));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_short_run_ends_and_leaves_nothing(bool asBytes) => Play(new BrokerFuzz(Environment.TickCount, asBytes), 3000);

    private static void Play(BrokerFuzz fuzz, int count)
    {
        try
        {
            for (var i = 0; i < count; i++) fuzz.Play();
            fuzz.CheckRest();
        }
        catch (Exception error)
        {
            Assert.Fail($"Conversation {fuzz.Played} of seed {fuzz.Seed}: {error}");
        }
    }
}
