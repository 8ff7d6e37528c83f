using System.Buffers;
using System.Text;
using Gatehouse.Requests;
using Gatehouse.Requests.Callbacks;
using Gatehouse.Requests.Import;

namespace Gatehouse.Tests.Fuzz;

/// <summary>What is sent to <c>/api/requests</c>, and files that requests are read from.</summary>
[Trait("Run", "Fuzz")]
public sealed class RequestFuzzTests
{
    private static readonly byte[][] Lines = Bytes(
        """{"id":"i1","service":"a.b","state":"answered","attempts":2,"tries":1,"accepted":1,"ended":2,"peer":"","frames":["YQ=="]}""",
        """{"id":"i2","service":"ü","state":"pending","attempts":1,"tries":0,"accepted":1,"peer":"","frames":[null],"callback":"x"}""",
        """{"id":"i 3","service":"x","state":"failed","attempts":1,"tries":0,"accepted":1,"peer":"","frames":[]}""",
        """{"id":"i4","service":"x","state":"failed","attempts":1,"tries":2,"accepted":1,"peer":"","frames":[]}""");

    [Fact(Explicit = true)]
    public void The_body_of_a_request_is_read_or_refused_with_a_reason() => Fuzzer.Run(
        Bytes(
            """{"service": "a.b", "frames": ["a", 1.50, {"b": null}], "id": "order-1", "callback": "http://localhost:9000/x"}""",
            """{"service": "ü", "frames": {"base64": "AAEC"}}""", """{"service": "x", "frames": "\ud83d\ude00"}""",
            """{"frames": []}""", "[]", " "),
        input => RequestBody.TryRead(input, out var request, out var reason) ? $"{Math.Min(request.Frames.Count, 4)} frames"
            : reason.Split(':', ',')[0],
        "0 frames", "1 frames", "3 frames", "the body is not JSON", "the body is not UTF-8", "the member service is missing", "service",
        "only the members service", "the body is not a JSON object such as {\"service\"");

    [Fact(Explicit = true)]
    public void A_line_of_an_import_is_read_or_refused_with_a_reason() => Fuzzer.Run(
        Lines,
        input =>
        {
            if (!RequestLine.TryRead(input, out var request, out var reason)) return reason.Split(':', ',', '\'')[0];
            var line = new ArrayBufferWriter<byte>();
            RequestLine.Write(line, request);
            Assert.True(RequestLine.TryRead(line.WrittenSpan[..^1], out var again, out _));
            Assert.Equal(request with { Frames = again.Frames, Answer = again.Answer }, again);
            return "read";
        },
        "read", "it is no request", "a frame of it is null", "an id has 1 to 128 printable ASCII characters", "its attempts make no sense");

    [Fact(Explicit = true)]
    public void A_callback_goes_to_a_host_that_is_named_or_nowhere()
    {
        var hosts = new CallbackHosts(["localhost", "hooks.lan:8443"]);
        Fuzzer.Run(
            Bytes("http://localhost:9000/x?y", "https://hooks.lan:8443/", "http://user@hooks.lan/"),
            input =>
            {
                var text = Encoding.Latin1.GetString(input);
                if (hosts.Refusal(text) is { } reason) return reason.Split('\'')[0];
                Assert.True(new Uri(text) is { Host: "localhost" } or { Host: "hooks.lan", Port: 8443 });
                return "called";
            },
            "called", "callback: the hub does not call ");
    }

    private static byte[][] Bytes(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
