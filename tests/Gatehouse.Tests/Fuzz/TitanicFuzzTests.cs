using System.Globalization;
using Gatehouse.Requests;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;
using Gatehouse.Tests.Requests;

namespace Gatehouse.Tests.Fuzz;

/// <summary>Damaged bodies of the Titanic services, addresses of deliveries, and histories of the dispatcher.</summary>
[Trait("Run", "Fuzz")]
public sealed class TitanicFuzzTests
{
    private static readonly byte[][] Bodies =
    [
        .. new Frames[]
        {
            Frames.Of("lab.scale", "weigh", ""), Frames.Of("lab.scale"), Frames.Of("00000000000000010123456789abcdef"),
            Frames.Of("00000000000000010123456789abcdef", "1000"), Frames.Of("order-7", "60000"), Frames.Of(""), Frames.Of("..", "5"),
        }.Select(frames => ZmtpFrames.Encode(frames)),
    ];

    [Fact(Explicit = true)]
    public void Every_body_is_read_or_refused() => Fuzzer.Run(Bodies, Read, "request", "reply", "close", "nothing", "no message");

    [Fact(Explicit = true)]
    public void Every_address_is_read_or_refused() => Fuzzer.Run(
        [[0, 0, 0, 0, 0, 0, 0, 0, 7, .. "order-7 12"u8], [0, 0, 0, 0, 0, 0, 0, 1, 7, .. "00000000000000010123456789abcdef 1"u8]],
        address =>
        {
            if (!MdpDelivery.TryRead(address, out var delivery)) return "plain";
            var isGood = delivery.Attempt > 0 && delivery.Id.Length > 0 && delivery.Id.All(c => c is > ' ' and <= '~');
            return isGood ? "delivery" : throw new FormatException(delivery.Id);
        },
        "delivery", "plain");

    [Fact(Explicit = true)]
    public void Every_history_is_delivered_by_the_rules()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("GATEHOUSE_SECONDS") ?? "1", CultureInfo.InvariantCulture);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        do DispatchProperties.Play(500, 200);
        while (watch.Elapsed.TotalSeconds < seconds);
    }

    private static string Read(byte[] input)
    {
        var ends = new int[64];
        if (!ZmtpFrames.TryRead(input, ends, out var message)) return "no message";
        var frames = message.ToFrames();
        var outcome = "nothing";
        if (TitanicBody.TryReadReply(frames, out var id, out var patience))
        {
            if (!RequestId.IsValid(id) || patience < TimeSpan.Zero || patience > TitanicBody.LongestWait) throw new FormatException(id);
            outcome = "reply";
        }
        if (TitanicBody.TryReadClose(frames, out _)) outcome = "close";
        if (TitanicBody.TryReadRequest(frames, out var service, out var rest))
        {
            var isGood = ServiceName.TryParse(service, out var name) && !name.IsPrefix && rest.Count == frames.Count - 1;
            if (!isGood) throw new FormatException(service);
            if (outcome == "nothing") outcome = "request";
        }
        return outcome;
    }
}
