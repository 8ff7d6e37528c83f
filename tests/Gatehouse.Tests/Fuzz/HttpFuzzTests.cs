using System.Text;
using System.Text.Json;
using Gatehouse.Blobs;
using Gatehouse.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Tests.Web.Streams;
using Gatehouse.Tree;
using Gatehouse.Web;
using Gatehouse.Web.Door;

namespace Gatehouse.Tests.Fuzz;

/// <summary>Everything that HTTP clients can send to the hub, and what a hub can send to a client.</summary>
[Trait("Run", "Fuzz")]
public sealed class HttpFuzzTests
{
    [Fact(Explicit = true)]
    public void The_body_of_a_put_is_read_or_refused_with_a_reason() => Fuzzer.Run(
        Bytes(
            """{"value": {"a": [1.50, "ü"]}, "time": "2026-01-31T12:00:00Z", "quality": "good", "ttl": 5}""",
            """{"value": null, "time": 1769860800.5}""",
            """{"ttl": 0.5, "value": "text"}"""),
        input => ValueWrite.TryParse(input, out _, out var reason) ? "taken" : reason.Split(':', ',')[0],
        "taken", "time", "quality", "ttl", "the body is not JSON", "the body is not UTF-8", "the member value is missing");

    [Fact(Explicit = true)]
    public void The_body_of_a_call_is_read_or_refused_with_a_reason() => Fuzzer.Run(
        Bytes("""["a", 1.50, {"b": null}, {"base64": "AAEC"}]""", "\"text\"", "{\"args\": [1]}", "[]", " "),
        input => FramesJson.TryRead(input, out var frames, out var reason) ? $"{Math.Min(frames.Count, 5)} frames" : reason!.Split(':')[0],
        "0 frames", "1 frames", "4 frames", "the body is not JSON");

    [Fact(Explicit = true)]
    public void The_body_of_an_edit_is_read_or_refused_with_a_rule() => Fuzzer.Run(
        Bytes(
            """{"title": "Öfen", "room": "", "kind": "heater", "log": false, "retention": 86400.5}""",
            """{"properties": {"a/b": {"title": "T", "unit": "°C", "log": null, "minimum": -5, "maximum": 1e3}, "c": {}}}"""),
        input => DevicePatch.TryParse(input, out _, out var error) ? "taken" : error.Rule,
        "taken", "json", "utf8", "object", "unknown", "value");

    [Fact(Explicit = true)]
    public void A_message_to_the_stream_is_carried_out_refused_or_ends_it() => Fuzzer.Run(
        Bytes(
            """{"open": 1, "changes": {"prefixes": ["/ü", "/a/"], "after": "17-4"}}""",
            """{"open": 2, "log": {"level": "warning", "after": 1769860800000001}}""",
            """{"close": 2}"""),
        input => StreamRequestTests.Outcome(input).Split(' ', ':')[0],
        "changes", "log", "close", "the", "there", "prefixes", "after", "level", "expected");

    [Fact(Explicit = true)]
    public void A_place_in_the_feed_is_read_or_refused() => Fuzzer.Run(
        Bytes("1769860800-4711", "0-0", "9223372036854775807-1"),
        input => ChangeId.TryParse(Encoding.Latin1.GetString(input), out _) ? "read" : "refused",
        "read", "refused");

    [Fact(Explicit = true)]
    public void A_request_passes_the_guard_only_under_its_own_name_and_from_its_own_origin()
    {
        var guard = new RequestGuard(["gate.lan"]);
        Fuzzer.Run(
            Bytes(
                "localhost:8080|http://localhost:8080|same-origin", "gate.lan||none",
                "[::1]:80|http://[::1]:80|same-origin", "evil.example||cross-site"),
            input =>
            {
                var parts = Encoding.Latin1.GetString(input).Split('|');
                var (host, origin, site) = (parts[0], parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(2));
                var refusal = guard.Refusal(new GuardedRequest("GET", "/api/values", host, Null(origin), Null(site), "cors", "empty"));
                if (refusal is not null) return string.Join(' ', refusal.Split(' ').Take(7));
                Assert.True(origin is null or "" || origin.EndsWith(host, StringComparison.OrdinalIgnoreCase));
                return "passes";
            },
            "passes");

        static string? Null(string? text) => string.IsNullOrEmpty(text) ? null : text;
    }

    [Fact(Explicit = true)]
    public void Entries_from_a_hub_are_read_or_refused_as_documented() => Fuzzer.Run(
        Bytes(
            """[{"key":"/a/b","value":1.50"""
            + ""","time":"2026-01-31T12:00:00Z","received":"2026-01-31T12:00:01Z","quality":"good","source":"s","sequence":4}]""",
            """[{"key":"/a","removed":true,"sequence":7}]"""),
        input =>
        {
            try
            {
                return EntryJson.ReadArray(input) is [{ Removed: true }, ..] ? "removed" : "read";
            }
            catch (JsonException)
            {
                return "refused";
            }
        },
        "read", "removed", "refused");

    [Fact(Explicit = true)]
    public void The_body_that_signs_in_is_read_or_refused_with_a_reason() => Fuzzer.Run(
        Bytes("""{"code":"01ABC-DEF45"}""", """{"code":" oiabc–def45 "}""", """{"code":null}""", "{}"),
        input => SignIn.TryParse(input, out var code, out var reason) ? code < 1L << 50 ? "taken" : "too long" : reason.Split(',')[0],
        "taken", "a code has ten letters and digits", "the member code is missing",
        "the body is not JSON such as {\"code\": \"4F7KQ-2M9XA\"}");

    [Fact(Explicit = true)]
    public void A_cookies_secret_is_read_or_refused() => Fuzzer.Run(
        Bytes("Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        input =>
        {
            var text = Encoding.Latin1.GetString(input);
            if (!Secret.TryParse(text, out var secret)) return "refused";
            Assert.Equal(text, secret.Text);
            return "read";
        },
        "read", "refused");

    [Fact(Explicit = true)]
    public void An_authorization_is_a_bearers_or_none() => Fuzzer.Run(
        Bytes("Bearer Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE", "bearer  x ", "Basic YTpi"),
        input =>
        {
            if (!BearerHeader.TryParse(Encoding.Latin1.GetString(input), out var token)) return "none";
            Assert.True(BearerHeader.IsToken(token) && token.Length > 0);
            return "bearer";
        },
        "bearer", "none");

    [Fact(Explicit = true)]
    public void The_start_of_a_blob_is_of_one_type_of_picture_or_none() => Fuzzer.Run(
        [
            [0xFF, 0xD8, 0xFF, 0xE0], [0x89, .. "PNG\r\n\u001A\n"u8], [.. "RIFF\0\0\0\0WEBP"u8], [.. "GIF89a"u8],
            [.. "\0\0\0\u0020ftypavif"u8],
        ],
        input => BlobType.All.Where(t => t.IsPicture && t.Fits(input)).Select(t => t.Extension).DefaultIfEmpty("none").Single(),
        "jpg", "png", "webp", "gif", "avif", "none");

    private static byte[][] Bytes(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
