using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Tests.Support;

/// <summary>Answers requests as a test says, without a network, and keeps what was asked.</summary>
internal sealed class ScriptedHttp(Func<HttpRequestMessage, int, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly List<string> _asked = [];

    /// <summary>Method, path, query and, in brackets, Last-Event-ID of each request.</summary>
    public IReadOnlyList<string> Asked => _asked;

    /// <summary>As if nothing listened.</summary>
    public static ScriptedHttp Nobody() => new((_, _) => throw Refused());

    public static HttpRequestException Refused() => new("no", new SocketException((int)SocketError.ConnectionRefused));

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK, string type = "application/json") =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, type) };

    public static HttpResponseMessage Problem(HttpStatusCode status, string title, string? detail = null) =>
        Json(
            detail is null ? $$"""{"title":"{{title}}"}""" : $$"""{"title":"{{title}}","detail":"{{detail}}"}""",
            status,
            "application/problem+json");

    public static HttpResponseMessage Events(Stream stream)
    {
        var response = new HttpResponseMessage { Content = new StreamContent(stream) };
        response.Content.Headers.ContentType = new("text/event-stream");
        return response;
    }

    public static HttpResponseMessage Events(string text) => Events(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var last = request.Headers.TryGetValues("Last-Event-ID", out var values) ? $" [{values.Single()}]" : "";
        _asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery}{last}");
        var response = answer(request, _asked.Count);
        if (response.StatusCode == HttpStatusCode.Continue)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        return response;
    }
}
