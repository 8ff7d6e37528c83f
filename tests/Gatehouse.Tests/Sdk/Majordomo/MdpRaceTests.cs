using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>Many calls at once, some of them given up: nobody ever gets another's reply.</summary>
public sealed class MdpRaceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixty_four_callers_of_a_thousand_requests_each_get_their_own_replies()
    {
        await using var broker = Shuffling();
        await using var client = new MdpClient(broker.Address);
        var callers = Enumerable.Range(0, 64).Select(caller => Task.Run(
            async () =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    var asked = $"{caller}:{i}";
                    var reply = await client.CallAsync("echo", Frames.Of(asked), TimeSpan.FromMinutes(1), Stop);
                    if (reply.Text(0) != asked) Assert.Fail($"{asked} was answered {reply.Text(0)}");
                }
            },
            Stop));
        await Task.WhenAll(callers);
        Assert.Equal(0, client.Strays);
        Assert.InRange(broker.Counters.Accepted, 1, 64);
    }

    [Fact]
    public async Task Calls_that_are_cancelled_at_any_moment_leave_the_others_their_replies()
    {
        await using var broker = Shuffling();
        await using var client = new MdpClient(broker.Address, new() { Lanes = 8 });
        var cancelled = 0;
        var callers = Enumerable.Range(0, 16).Select(caller => Task.Run(
            async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    var asked = $"{caller}:{i}";
                    using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
                    var call = client.CallAsync("echo", Frames.Of(asked), TimeSpan.FromMinutes(1), cancel.Token);
                    // Every fourth, while it waits, is sent, is answered or is done.
                    var cancelling = (caller + i) % 4 == 0 ? cancel.CancelAsync() : Task.CompletedTask;
                    try
                    {
                        var reply = await call;
                        if (reply.Text(0) != asked) Assert.Fail($"{asked} was answered {reply.Text(0)}");
                    }
                    catch (OperationCanceledException) when ((caller + i) % 4 == 0)
                    {
                        Interlocked.Increment(ref cancelled);
                    }
                    await cancelling;
                }
            },
            Stop));
        await Task.WhenAll(callers);
        Assert.InRange(cancelled, 1, 800);
        Assert.Equal(0, client.Strays);
    }

    // Holds replies back and gives them in another order, as workers of different speed do.
    private static ScriptedBroker Shuffling()
    {
        var held = new List<(ZmtpPeer Peer, Frames Request)>();
        var random = new Random(7);
        var broker = new ScriptedBroker();
        broker.Answer = (peer, request) =>
        {
            held.Add((peer, request));
            while (held.Count > 0 && random.Next(3) > 0)
            {
                var i = random.Next(held.Count);
                Give(held[i].Peer, held[i].Request);
                held.RemoveAt(i);
            }
            // What is left when nobody sends any more must go, too.
            if (held.Count == 0) return;
            broker.Later(() =>
            {
                foreach (var (to, left) in held) Give(to, left);
                held.Clear();
            });
        };
        return broker;

        static void Give(ZmtpPeer peer, Frames request) =>
            peer.Write(Frames.Of([[], "MDPC01"u8.ToArray(), "echo"u8.ToArray(), request[3].ToArray()]));
    }
}
