using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Clone;

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
}
