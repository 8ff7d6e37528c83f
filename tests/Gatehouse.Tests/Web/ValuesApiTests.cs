using System.Text.Json;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Web;

public sealed class ValuesApiTests : IAsyncLifetime
{
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_value_is_put_got_listed_and_deleted()
    {
        var put = await _hub.SendAsync(
            HttpMethod.Put, "/api/values/lab/t", """{"value": 21.50, "time": 1769860800, "quality": "suspect"}""");
        Assert.Equal(200, put.Status);
        var entry = JsonDocument.Parse(put.Body).RootElement;
        Assert.Equal(["key", "value", "time", "received", "quality", "source", "sequence"], entry.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("/lab/t", "21.50", "2026-01-31T12:00:00Z", "suspect", "http 127.0.0.1"), (
            entry.GetProperty("key").GetString(), entry.GetProperty("value").GetRawText(), entry.GetProperty("time").GetString(),
            entry.GetProperty("quality").GetString(), entry.GetProperty("source").GetString()));

        var got = await _hub.SendAsync(HttpMethod.Get, "/api/values/lab/t");
        Assert.Equal((200, put.Body), (got.Status, got.Body));
        Assert.Equal($"\"{entry.GetProperty("sequence").GetInt64()}\"", got.Headers.ETag!.Tag);

        var listed = await _hub.SendAsync(HttpMethod.Get, "/api/values?prefix=/lab/&prefix=/none/");
        Assert.Equal($"[{put.Body}]", listed.Body);
        Assert.True(ChangeId.TryParse(listed.Headers.GetValues(ValuesEndpoints.SequenceHeader).Single(), out var id));
        Assert.Equal(_hub.Tree.Epoch, id.Epoch);

        Assert.Equal(200, (await _hub.SendAsync(HttpMethod.Delete, "/api/values/lab/t")).Status);
        Assert.Equal(404, (await _hub.SendAsync(HttpMethod.Get, "/api/values/lab/t")).Status);
        Assert.Equal(404, (await _hub.SendAsync(HttpMethod.Delete, "/api/values/lab/t")).Status);
    }

    [Theory]
    [InlineData("robot/g/a%2Fb/t", "/robot/g/a%2Fb/t")]
    [InlineData("robot/g/a%252Fb/t", "/robot/g/a%2Fb/t")]
    [InlineData("a/%C3%A4%20b%3Fc", "/a/ä b?c")]
    [InlineData("a/50%25", "/a/50%")]
    public async Task The_path_is_the_key_with_its_escapes_undone_once_but_for_slashes(string path, string key)
    {
        Assert.Equal(200, (await _hub.SendAsync(HttpMethod.Put, "/api/values/" + path, """{"value": 1}""")).Status);
        Assert.NotNull(_hub.Tree.Get(key));
    }

    [Theory]
    [InlineData("", "the body is not a JSON object")]
    [InlineData("{", "the body is not JSON")]
    [InlineData("[1]", "the body is not a JSON object")]
    [InlineData("{}", "the member value is missing")]
    [InlineData("""{"value": 1} 2""", "the body is not JSON")]
    [InlineData("""{"value": 1, "colour": "red"}""", "only the members value, time, quality and ttl are known")]
    [InlineData("""{"value": 1, "quality": "fine"}""", "quality: one of good, suspect, stale, bad")]
    [InlineData("""{"value": 1, "quality": 5}""", "quality: one of good, suspect, stale, bad")]
    [InlineData("""{"value": 1, "time": "yesterday"}""", "time: give ISO 8601")]
    [InlineData("""{"value": 1, "time": {}}""", "time: give ISO 8601")]
    [InlineData("""{"value": 1, "ttl": 0}""", "ttl: seconds")]
    [InlineData("""{"value": 1, "ttl": "5"}""", "ttl: seconds")]
    [InlineData("""{"value": "\ud800"}""", "value: the text is not valid Unicode")]
    public async Task Bad_input_is_a_problem_with_the_reason_and_changes_nothing(string body, string reason)
    {
        var before = _hub.Tree.Get("/bad");
        var answer = await _hub.SendAsync(HttpMethod.Put, "/api/values/bad", body);
        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.MediaType));
        var problem = JsonDocument.Parse(answer.Body).RootElement;
        Assert.StartsWith(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(400, problem.GetProperty("status").GetInt32());
        Assert.Same(before, _hub.Tree.Get("/bad"));
    }

    [Fact]
    public async Task Over_long_values_and_bodies_are_refused()
    {
        var longValue = await _hub.SendAsync(
            HttpMethod.Put, "/api/values/long", $$"""{"value": "{{new string('x', Value.MaxSize + 1)}}"}""");
        Assert.Equal(400, longValue.Status);
        Assert.Contains("at most 65536 are allowed", longValue.Body, StringComparison.Ordinal);
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Put, "/api/values/long", $"\"{new string('x', 600_000)}\"")).Status);
        // More than the server itself takes: it closes without reading, so it is asked first.
        var text = $"\"{new string('x', 2_000_000)}\"";
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Put, "/api/values/long", text, h => h.ExpectContinue = true)).Status);
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Put, "/api/values/" + new string('k', 300), """{"value": 1}""")).Status);
        Assert.Null(_hub.Tree.Get("/long"));
    }

    [Fact]
    public async Task If_match_guards_against_lost_updates()
    {
        Assert.Equal(200, (await Put("1", "0")).Status);
        var sequence = _hub.Tree.Get("/guarded")!.Sequence;
        Assert.Equal(412, (await Put("2", "0")).Status);
        Assert.Equal(412, (await Put("2", "7")).Status);
        Assert.Equal(400, (await Put("2", "seven")).Status);
        Assert.Equal(400, (await Put("2", "\"\"")).Status);
        var createOnly = await _hub.SendAsync(
            HttpMethod.Put, "/api/values/guarded", """{"value": 2}""", h => h.TryAddWithoutValidation("If-None-Match", "*"));
        Assert.Equal(412, createOnly.Status);
        Assert.Equal(1, _hub.Tree.Get("/guarded")!.Value);
        Assert.Equal(200, (await Put("2", $"\"{sequence}\"")).Status);
        var delete = await _hub.SendAsync(
            HttpMethod.Delete, "/api/values/guarded", headers: h => h.TryAddWithoutValidation("If-Match", "1"));
        Assert.Equal(412, delete.Status);

        Task<Answer> Put(string value, string expected) => _hub.SendAsync(
            HttpMethod.Put, "/api/values/guarded", $$"""{"value": {{value}}}""", h => h.TryAddWithoutValidation("If-Match", expected));
    }

    [Fact]
    public async Task What_the_interface_does_not_have_is_a_problem_not_the_page()
    {
        var answer = await _hub.SendAsync(HttpMethod.Get, "/api/nothing");
        Assert.Equal((404, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Equal(405, (await _hub.SendAsync(HttpMethod.Put, "/api/devices", "{}")).Status);
    }

    [Fact]
    public async Task The_deepest_value_that_is_taken_can_be_listed()
    {
        var deep = new string('[', 63) + new string(']', 63);
        Assert.Equal(200, (await _hub.SendAsync(HttpMethod.Put, "/api/values/deep", $$"""{"value": {{deep}}}""")).Status);
        var listed = await _hub.SendAsync(HttpMethod.Get, "/api/values?prefix=/deep");
        Assert.Equal(deep, Assert.Single(EntryJson.ReadArray(System.Text.Encoding.UTF8.GetBytes(listed.Body))).Value.ToString());
    }

    [Fact]
    public async Task Questions_for_the_head_alone_get_no_page()
    {
        Assert.Equal((200, "text/plain"), await Head("/readyz"));
        Assert.Equal(404, (await Head("/api/nothing")).Status);

        async Task<(int Status, string? MediaType)> Head(string path)
        {
            var answer = await _hub.SendAsync(HttpMethod.Head, path);
            return (answer.Status, answer.MediaType);
        }
    }

    [Fact]
    public async Task Keys_of_the_hub_are_read_only()
    {
        var answer = await _hub.SendAsync(HttpMethod.Put, "/api/values/hub/process/cpu", """{"value": 1}""");
        Assert.Equal(405, answer.Status);
        Assert.Contains("cannot be written", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prefix_without_slash_is_a_problem()
    {
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Get, "/api/values?prefix=lab")).Status);
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Get, "/api/changes?prefix=lab")).Status);
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Get, "/api/changes?after=now")).Status);
    }

    [Fact]
    public void Mutated_bodies_never_throw_and_say_why_they_were_refused()
    {
        var random = new Random(3);
        var seed = """{"value": {"a": [1.50, "ü"]}, "time": "2026-01-31T12:00:00Z", "quality": "good", "ttl": 5}"""u8.ToArray();
        var reasons = new Dictionary<string, int>();
        for (var i = 0; i < 30_000; i++)
        {
            var body = seed.ToArray();
            for (var m = random.Next(4); m > 0; m--) body[random.Next(body.Length)] = (byte)random.Next(256);
            var taken = ValueWrite.TryParse(body, out _, out var reason);
            Assert.Equal(taken, reason is null);
            var kind = reason is null ? "taken" : reason.Split(':')[0];
            reasons[kind] = reasons.GetValueOrDefault(kind) + 1;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", reasons.Select(r => $"{r.Key} {r.Value}")));
        Assert.Superset(
            new HashSet<string>
            {
                "taken", "the body is not JSON", "the body is not UTF-8", "time", "quality",
                "only the members value, time, quality and ttl are known",
            },
            reasons.Keys.ToHashSet());
    }
}
