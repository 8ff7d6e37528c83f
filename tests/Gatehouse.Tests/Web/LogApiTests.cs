using System.Text.Json;
using Gatehouse.Runtime.Logs;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Web;

public sealed class LogApiTests : IAsyncLifetime
{
    private TestHub _hub = null!;

    private LogTail Log => _hub.Get<LogTail>();

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task The_latest_records_are_told_by_level()
    {
        foreach (var level in (LogLevel[])[LogLevel.Information, LogLevel.Error, LogLevel.Debug, LogLevel.Warning]) Add(level, $"{level}");
        Assert.Equal(["Information", "Error", "Debug", "Warning"], Messages(await GetAsync("")));
        Assert.Equal(["Error", "Warning"], Messages(await GetAsync("?level=warning")));
        Assert.Equal(["Warning"], Messages(await GetAsync("?level=warning&limit=1")));
    }

    [Fact]
    public async Task What_came_since_is_told_from_the_place_of_before()
    {
        Add(LogLevel.Information, "a");
        var after = (await GetAsync("")).GetProperty("after").GetInt64();
        Assert.Empty(Messages(await GetAsync($"?after={after}")));
        Add(LogLevel.Information, "b");
        Assert.Equal(["b"], Messages(await GetAsync($"?after={after}")));
        for (var i = 0; i < LogTail.MostRecords; i++) Add(LogLevel.Information, "c");
        Assert.Equal(1, (await GetAsync($"?after={after}")).GetProperty("lost").GetInt64());
    }

    [Fact]
    public async Task A_reader_may_wait_for_the_next_one()
    {
        var after = (await GetAsync("")).GetProperty("after").GetInt64();
        var waiting = GetAsync($"?after={after}&wait=20&level=warning");
        Add(LogLevel.Information, "not this");
        Add(LogLevel.Warning, "this");
        Assert.Equal(["this"], Messages(await waiting));
    }

    [Fact]
    public async Task Who_waits_for_nothing_is_told_so_in_the_end()
    {
        var time = new ManualTime();
        await using var hub = await TestHub.StartAsync(time);
        var answer = await time.RunUntilAsync(hub.SendAsync(HttpMethod.Get, "/api/log?after=1&wait=20&level=critical"));
        Assert.Equal(200, answer.Status);
        Assert.Equal(0, JsonDocument.Parse(answer.Body).RootElement.GetProperty("records").GetArrayLength());
    }

    [Theory]
    [InlineData("level=loud", "level is one of trace, debug, information, warning, error, critical")]
    [InlineData("limit=0", "limit is a number from 1 to 2000")]
    [InlineData("limit=2001", "limit is a number from 1 to 2000")]
    [InlineData("after=-1", "after is the member after of an earlier answer")]
    [InlineData("wait=26", "wait is in seconds, at most 25")]
    [InlineData("wait=NaN", "wait is in seconds, at most 25")]
    public async Task What_makes_no_sense_is_refused_in_words(string query, string detail)
    {
        var answer = await _hub.SendAsync(HttpMethod.Get, $"/api/log?{query}");
        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Equal(detail, JsonDocument.Parse(answer.Body).RootElement.GetProperty("detail").GetString());
    }

    private void Add(LogLevel level, string message) => Log.Add(level, "Lab", message, null);

    private async Task<JsonElement> GetAsync(string query)
    {
        var answer = await _hub.SendAsync(HttpMethod.Get, "/api/log" + query);
        Assert.Equal(200, answer.Status);
        return JsonDocument.Parse(answer.Body).RootElement;
    }

    private static IEnumerable<string?> Messages(JsonElement log) =>
        log.GetProperty("records").EnumerateArray().Select(r => r.GetProperty("message").GetString());
}
