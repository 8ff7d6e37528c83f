using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Runtime.Logs;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Web;

/// <summary>What clients do wrong is told to them, and is no error of the hub's: else anyone could fill its log.</summary>
public sealed class BrokenRequestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/session", "")]
    [InlineData("/api/session", "Accept: text/html\r\n")]
    [InlineData("/api/blobs", "TOKEN")]
    [InlineData("/api/values/a", "TOKEN", "PUT")]
    public Task A_body_that_is_none_is_answered_and_no_error(string path, string headers, string method = "POST") =>
        WithoutComplaintAsync(async hub =>
        {
            using var tcp = await SendAsync(
                hub, $"{method} {path}", $"{headers}Transfer-Encoding: chunked\r\n\r\nno chunk\r\n",
                path == "/api/blobs" ? "image/png" : "application/json");
            using var reader = new StreamReader(tcp.GetStream());
            Assert.StartsWith("HTTP/1.1 400 ", await reader.ReadLineAsync(Stop), StringComparison.Ordinal);
            var head = new List<string>();
            while (await reader.ReadLineAsync(Stop) is { Length: > 0 } line) head.Add(line);
            Assert.Contains("X-Content-Type-Options: nosniff", head);
            Assert.Contains(head, line => line.StartsWith("Content-Security-Policy: default-src 'self'", StringComparison.Ordinal));
            Assert.Single(head, line => line.StartsWith("Cache-Control: ", StringComparison.Ordinal));
        });

    [Theory]
    [InlineData("/api/session", "", false)]
    [InlineData("/api/session", "", true)]
    [InlineData("/api/session", "Accept: text/html\r\n", false)]
    [InlineData("/api/blobs", "TOKEN", false)]
    [InlineData("/api/blobs", "TOKEN", true)]
    public Task A_client_that_goes_in_the_middle_is_no_error(string path, string headers, bool resets) =>
        WithoutComplaintAsync(async hub =>
        {
            using var tcp = await SendAsync(
                hub, $"POST {path}", $"{headers}Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n{{",
                path == "/api/blobs" ? "image/png" : "application/json");
            // The hub has begun to read the body when it asks for it.
            using var reader = new StreamReader(tcp.GetStream());
            Assert.StartsWith("HTTP/1.1 100 ", await reader.ReadLineAsync(Stop), StringComparison.Ordinal);
            if (resets) tcp.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        });

    [Theory]
    [InlineData("/api/values", 401)]
    [InlineData("/api/session/codes", 415, "POST")]
    public Task Who_takes_no_problem_documents_is_refused_all_the_same(string path, int status, string method = "GET") =>
        WithoutComplaintAsync(async hub =>
        {
            var answer = await hub.SendAsStrangerAsync(new HttpMethod(method), path, headers: h => h.Accept.ParseAdd("text/html"));
            Assert.Equal(status, answer.Status);
        });

    // A hub that has ended has written all that it had to say.
    private static async Task WithoutComplaintAsync(Func<TestHub, Task> act)
    {
        LogTail tail;
        await using (var hub = await TestHub.StartAsync(settings: ["log.level=information"]))
        {
            tail = hub.Get<LogTail>();
            await act(hub);
        }
        Assert.Empty(tail.ReadLatest(LogLevel.Warning, 10).Records.Select(r => $"{r.Category}: {r.Message} {r.Exception}"));
    }

    private static async Task<TcpClient> SendAsync(TestHub hub, string request, string rest, string type)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, hub.Address.Port, Stop);
        rest = rest.Replace("TOKEN", $"Authorization: Bearer {hub.Token}\r\n", StringComparison.Ordinal);
        await tcp.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                $"{request} HTTP/1.1\r\nHost: {hub.Address.Authority}\r\nConnection: close\r\nContent-Type: {type}\r\n{rest}"),
            Stop);
        return tcp;
    }
}
