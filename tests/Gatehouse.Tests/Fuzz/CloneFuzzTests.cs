using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Clone;
using Gatehouse.Tests.Sdk.Zmtp;

namespace Gatehouse.Tests.Fuzz;

/// <summary>Whatever a program sends to a server or a client of the clone protocols, once it is a message at all.</summary>
[Trait("Run", "Fuzz")]
public sealed class CloneFuzzTests
{
    [Fact(Explicit = true)]
    public void Every_message_is_an_update_or_has_a_reason() => Fuzzer.Run(
        KvSamples.Messages,
        input =>
        {
            if (!ZmtpFrames.TryRead(input, new int[16], out var message)) return "NoMessage";
            var fault = KvMessageTests.AssertSame(message.From(0).ToArray());
            if (fault != KvFault.None) return fault.ToString();
            KvMessage.TryRead(message, out var kv);
            if (kv.IsGoodbye || kv.IsHeartbeat) return kv.IsGoodbye ? "Goodbye" : "Heartbeat";
            if (!KvProperties.TryReadTtl(kv.Properties, out var ttl)) return "BadTtl";
            Assert.True(ttl is null || ttl > TimeSpan.Zero);
            return ttl is null ? "None" : "Ttl";
        },
        "NoMessage", "None", "Ttl", "BadTtl", "Goodbye", "Heartbeat", "FrameCount", "SequenceWidth", "UuidSize", "BadProperties");

    [Fact(Explicit = true)]
    public void Every_request_for_a_snapshot_is_one_or_has_a_reason() => Fuzzer.Run(
        [.. KvSamples.Requests, KvSamples.ShortUpdate],
        input =>
        {
            if (!ZmtpFrames.TryRead(input, new int[16], out var message)) return "NoMessage";
            var fault = KvSnapshotRequest.TryRead(message, out var subtree);
            if (fault != KvFault.None) Assert.True(subtree.IsEmpty);
            return fault.ToString();
        },
        "NoMessage", "None", "UnknownRequest", "FrameCount");

    /// <summary>Whole conversations of a server with a subscriber; what comes out is where the subscriber stands.</summary>
    [Fact(Explicit = true)]
    public void Every_conversation_leaves_a_subscriber_that_goes_on() => Fuzzer.Run(
        Conversations(),
        static input =>
        {
            var view = new KvView();
            var follower = new KvFollower(new KvFollowerTerms(2, [], HasHeartbeats: true, Silence: 5000), view);
            var watch = view.Watch("");
            var (now, news) = (0L, new List<KvEntry>());
            follower.Start(now);
            while (input.Length > 1)
            {
                var step = input[0] % 8;
                input = input[1..];
                switch (step)
                {
                    case 0:
                        follower.Opened(now, answers: true);
                        break;
                    case 1:
                        follower.Settled(now);
                        break;
                    case 2:
                        follower.SnapshotOpened(now);
                        break;
                    case 3:
                        follower.Lost(now);
                        break;
                    case 4:
                        follower.Tick(now += 1000);
                        break;
                    default:
                        if (!ZmtpFrames.TryRead(input, new int[16], out var message)) return "Cut";
                        if (KvMessage.TryRead(message, out var kv) != KvFault.None) follower.Strange();
                        else if (step == 5) follower.Item(now, kv);
                        else follower.Update(now, kv);
                        input = input[message.EncodedSize..];
                        break;
                }
                view.Collect(watch, news);
            }
            Assert.Equal(view.All("").Count, view.Count);
            return follower.Stage.ToString();
        },
        "Cut", "Joining", "Settling", "Asking", "Live", "Healing");

    private static byte[][] Conversations()
    {
        byte[] opened = [0, 1, 2, 5, .. KvSamples.Messages[0], 5, .. KvSamples.Messages[4]];
        byte[] follows = [.. opened, 6, .. Update(4), 6, .. Update(5)];
        return
        [
            [0], [0, 1, 2], opened, follows, [.. follows, 6, .. Update(9), 6, .. Update(10)], [.. follows, 6, .. Update(1), 2],
            [.. follows, 3, .. opened, 4, 4, 4, 4, 4, 4], [.. opened, 6, .. KvSamples.Messages[6], 4, 4, 4, 4, 4, 4, .. opened],
        ];

        static byte[] Update(byte number) => Wire.Message("/test/b", $"\0\0\0{(char)number}", "b");
    }
}
