using System.Net;
using System.Text;
using Gatehouse.History;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Hub;

public sealed class HistoryClientTests : IAsyncLifetime
{
    private static readonly DateTime Noon = RecordedHub.Noon;

    private RecordedHub _hub = null!;
    private HubClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _hub = await RecordedHub.StartAsync();
        _client = new HubClient(_hub.Hub.Address, token: _hub.Hub.Token);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _hub.DisposeAsync();
    }

    [Fact]
    public async Task Points_are_read_as_they_come()
    {
        _hub.Append("/lab/ä b#x", [.. Enumerable.Range(0, 10_000).Select(i => new Point(Noon.AddSeconds(i - 10_000), i))]);
        await using var history = await _client.HistoryAsync("/lab/ä b#x", Noon.AddSeconds(-9_999), Noon, Stop);
        Assert.Equal(("/lab/ä b#x", Noon), (history.Series.Key, history.Series.To));
        Assert.Equal(new HistoryPoint(Noon.AddSeconds(-10_000), 0), history.Series.Before);
        var next = 1;
        await foreach (var point in history.ReadAsync(Stop)) Assert.Equal(new HistoryPoint(Noon.AddSeconds(next - 10_000), next++), point);
        Assert.Equal(10_000, next);
    }

    [Fact]
    public async Task Buckets_are_summed_up_and_text_is_thinned()
    {
        _hub.AppendNumbers("/lab/t", 1, 2, 6);
        _hub.Append("/lab/mode", new Point(Noon.AddMinutes(-2), "on"), new(Noon.AddMinutes(-1), "off"));
        var summed = await _client.HistoryBucketsAsync("/lab/t", Noon.AddHours(-1), Noon, 2, Stop);
        Assert.Equal(TimeSpan.FromMinutes(30), summed.Width);
        Assert.Equal(new HistoryBucket(Noon.AddMinutes(-30), 1, 6, 3, 3, Quality.Good), Assert.Single(summed.Buckets));
        var thinned = await _client.HistoryBucketsAsync("/lab/mode", Noon.AddHours(-1), Noon, 2, Stop);
        Assert.Null(thinned.Width);
        Assert.Equal("off", Assert.Single(thinned.Points).Value.ToString());
    }

    [Fact]
    public async Task What_is_exported_is_imported_again()
    {
        _hub.AppendNumbers("/lab/t", 1, 2.5);
        _hub.Append("/other", new Point(Noon.AddMinutes(-1), "x"));
        foreach (var format in Enum.GetValues<HistoryFormat>())
        {
            using var text = new MemoryStream();
            await _client.ExportHistoryAsync(["/lab/"], null, null, format, text, Stop);
            Assert.Equal(format == HistoryFormat.Csv ? 3 : 2, Encoding.UTF8.GetString(text.ToArray()).Count(c => c == '\n'));
            text.Position = 0;
            Assert.Equal((2, 0, 2, 0), Of(await _client.ImportHistoryAsync(text, format, Stop)));
        }
        var wrong = new MemoryStream("{\"key\":\"/lab/u\",\"time\":5,\"value\":1}\n{}\n"u8.ToArray());
        var report = await _client.ImportHistoryAsync(wrong, HistoryFormat.JsonLines, Stop);
        Assert.Equal((2, 1, 0, 1), Of(report));
        Assert.Equal("line 2: key, time and value are needed", Assert.Single(report.Problems));
        Assert.Equal(["/lab/t", "/lab/u"], (await _client.NewestHistoryAsync(["/lab/"], Stop)).Select(n => n.Key));
    }

    [Fact]
    public async Task A_refusal_says_why()
    {
        var refused = await Assert.ThrowsAsync<HubRefusedException>(() => _client.HistoryAsync("/none", stop: Stop));
        Assert.Equal(404, refused.Status);
        refused = await Assert.ThrowsAsync<HubRefusedException>(() => _client.HistoryBucketsAsync("/none", Noon, Noon, 1, Stop));
        Assert.Contains("from: expected a time before 'to'", refused.Detail, StringComparison.Ordinal);
        await Assert.ThrowsAsync<KeyFormatException>(() => _client.NewestHistoryAsync(["lab"], Stop));
        refused = await Assert.ThrowsAsync<HubRefusedException>(
            () => _client.ImportHistoryAsync(new MemoryStream("a,b\n"u8.ToArray()), HistoryFormat.Csv, Stop));
        Assert.Contains("name the columns", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_source_throws_goes_through() =>
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => _client.ImportHistoryAsync(new BrokenStream(), HistoryFormat.Csv, Stop));

    [Theory]
    [InlineData("<html>")]
    [InlineData("{\"key\":\"/a\"}")]
    [InlineData("{\"key\":\"/a\",\"points\":[[1]]}")]
    public async Task Something_else_than_a_hub_is_told(string body)
    {
        using var http = new HttpClient(new ScriptedHttp((_, _) => ScriptedHttp.Json(body)));
        using var client = new HubClient(new Uri("http://hub.test/"), http);
        await Assert.ThrowsAsync<HubAnswerException>(() => client.HistoryAsync("/a", stop: Stop));
    }

    [Fact]
    public async Task A_hub_that_falls_silent_is_gone()
    {
        var time = new ManualTime();
        using var http = new HttpClient(new ScriptedHttp(
            (_, _) => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new SilentStream()) }));
        using var client = new HubClient(new Uri("http://hub.test/"), http, time);
        var asking = client.HistoryAsync("/a", stop: Stop);
        while (time.Waiting == 0) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Stop);
        var gone = await Assert.ThrowsAsync<HubUnreachableException>(() => time.RunUntilAsync(asking));
        Assert.Equal("it has fallen silent", gone.Reason);
    }

    private static (long, long, long, long) Of(HistoryImport report) => (report.Lines, report.Imported, report.Known, report.Refused);

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidTimeZoneException();
    }

    private sealed class SilentStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }
}
