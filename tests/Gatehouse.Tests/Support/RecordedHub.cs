using System.Net.Http.Headers;
using System.Text;
using Gatehouse.History;

namespace Gatehouse.Tests.Support;

/// <summary>A hub with a history that tests write themselves. Its clock stands at noon.</summary>
internal sealed class RecordedHub : IAsyncDisposable
{
    public static readonly DateTime Noon = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    private RecordedHub(TestHub hub, HistoryStore store) => (Hub, Store) = (hub, store);

    public TestHub Hub { get; }

    public HistoryStore Store { get; }

    public static async Task<RecordedHub> StartAsync()
    {
        var hub = await TestHub.StartAsync(new ManualTime());
        var recorder = hub.Get<Recorder>();
        while (recorder.Store is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        return new RecordedHub(hub, recorder.Store);
    }

    public void Append(string key, params Point[] points)
    {
        var series = Store.SeriesOf(key);
        Store.Append([.. points.Select(p => (series, p))]);
    }

    /// <summary>Points a minute apart, the last one a minute before noon.</summary>
    public void AppendNumbers(string key, params double[] numbers) => Append(
        key, [.. numbers.Select((n, i) => new Point(Noon.AddMinutes(i - numbers.Length), n))]);

    public Task<Answer> GetAsync(string path) => Hub.SendAsync(HttpMethod.Get, path);

    public async Task<Answer> ImportAsync(string text, string type = "text/csv", Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/history/import");
        request.Content = new StringContent(text, Encoding.UTF8, type);
        headers?.Invoke(request.Headers);
        using var response = await Hub.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, body, response.Content.Headers.ContentType?.MediaType, response.Headers);
    }

    public async Task<string> ExportAsync(string format = "csv")
    {
        var answer = await GetAsync($"/api/history/export?from=0001-01-01&to=9999-12-31&prefix=/lab/&format={format}");
        Assert.Equal(200, answer.Status);
        return answer.Body;
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
