using System.Text;
using System.Text.Json;
using Gatehouse.Sdk.Devices;
using Gatehouse.Services;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Web;

public sealed class ServicesApiTests : IAsyncLifetime
{
    private static readonly ServiceInfo Info = new() { Summary = "For tests." };
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task The_hub_tells_what_it_is()
    {
        var frame = JsonDocument.Parse((await CallAsync("hub.info")).Body).RootElement.GetProperty("frames")[0];
        Assert.Equal(("localhost", Environment.ProcessId, _hub.Tree.Epoch),
            (frame.GetProperty("name").GetString(), frame.GetProperty("process").GetInt32(), frame.GetProperty("epoch").GetInt64()));
        Assert.StartsWith("0.1.0", frame.GetProperty("version").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hub_lists_its_services_in_two_ways()
    {
        var listed = JsonDocument.Parse((await _hub.SendAsync(HttpMethod.Get, "/api/services")).Body).RootElement;
        Assert.Equal(
            ["hub.info", "hub.services", "titanic.close", "titanic.reply", "titanic.request", "titanic.request.", "titanic.store"],
            listed.EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        var called = JsonDocument.Parse((await CallAsync("hub.services")).Body).RootElement.GetProperty("frames")[0];
        Assert.Equal(listed.GetRawText(), called.GetRawText());
    }

    [Theory]
    [InlineData("[\"a\", 1.50, {\"b\": 2}]", "{\"frames\":[\"a\",1.50,{\"b\": 2}]}")]
    [InlineData("\"hello\"", "{\"frames\":[\"hello\"]}")]
    [InlineData("", "{\"frames\":[]}")]
    public async Task Frames_go_in_and_come_back_by_the_same_rule(string body, string answer)
    {
        using var _ = Offer("echo", call => Reply.Ok(call.Frames));
        Assert.Equal(answer, (await CallAsync("echo", body)).Body);
    }

    [Theory]
    [InlineData(CallStatus.NoSuchService, 404)]
    [InlineData(CallStatus.Busy, 503)]
    [InlineData(CallStatus.Failed, 502)]
    [InlineData(CallStatus.Forbidden, 403)]
    [InlineData(CallStatus.Timeout, 504)]
    public async Task Typed_errors_are_problems_with_the_reason(object status, int http)
    {
        using var _ = Offer("fails", _ => new Reply((CallStatus)status, default, "because"));
        var answer = await CallAsync("fails");
        Assert.Equal((http, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Equal("because", JsonDocument.Parse(answer.Body).RootElement.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_call_that_nobody_answers_ends_at_its_deadline()
    {
        using var _ = _hub.Services.Offer(ServiceName.Parse("mute"), new HandlerOwner("mute", async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Reply.Ok(default);
        }), Info);
        Assert.Equal(504, (await CallAsync("mute?deadline=0.05")).Status);
        Assert.Equal(400, (await CallAsync("mute?deadline=-1")).Status);
        Assert.Equal(400, (await CallAsync("mute?deadline=soon")).Status);
    }

    [Fact]
    public async Task What_is_not_json_or_too_long_is_refused()
    {
        Assert.Equal(400, (await CallAsync("hub.info", "{")).Status);
        Assert.Equal(400, (await CallAsync("hub.info", $"\"{new string('x', 600_000)}\"")).Status);
        Assert.Equal(400, (await CallAsync(new string('x', 300))).Status);
        Assert.Equal(404, (await CallAsync("nobody")).Status);
    }

    [Fact]
    public async Task Devices_are_listed_with_what_is_known_of_them()
    {
        using var _ = _hub.Devices.Announce(new DeviceInfo
        {
            Name = "localhost.test.oven",
            Title = "Oven",
            Kind = "oven",
            Properties = new Dictionary<string, PropertyInfo>
            {
                ["t"] = new() { Title = "Temperature", Unit = "°C", Type = "real", Interval = 2 },
            },
        });
        using var listed = JsonDocument.Parse((await _hub.SendAsync(HttpMethod.Get, "/api/devices")).Body);
        var oven = Assert.Single(listed.RootElement.EnumerateArray());
        var property = oven.GetProperty("properties").GetProperty("t");
        Assert.Equal(
            ("localhost.test.oven", "Oven", "oven", false),
            (oven.GetProperty("name").GetString(), oven.GetProperty("title").GetString(), oven.GetProperty("kind").GetString(),
                oven.GetProperty("demo").GetBoolean()));
        Assert.Equal(
            ("Temperature", "°C", "real", "read", 2),
            (property.GetProperty("title").GetString(), property.GetProperty("unit").GetString(), property.GetProperty("type").GetString(),
                property.GetProperty("access").GetString(), property.GetProperty("interval").GetInt32()));
    }

    private IDisposable Offer(string name, Func<Call, Reply> answer) =>
        _hub.Services.Offer(ServiceName.Parse(name), new InlineOwner("test", answer), Info);

    private async Task<Answer> CallAsync(string nameAndQuery, string body = "")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new("application/json");
        using var response = await _hub.Http.PostAsync("/api/services/" + nameAndQuery, content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers);
    }
}
