using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Hub;

/// <summary>What a client makes of answers that a hub does not give, or not in time.</summary>
public sealed class HubFailureTests
{
    private static readonly Uri Address = new("http://hub.test/");
    private static readonly Key Lamp = Key.Parse("/lab/lamp");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_hub_is_named_with_what_to_do()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}/");
        socket.Stop();
        using var client = new HubClient(address);
        var e = await Assert.ThrowsAsync<HubUnreachableException>(() => client.GetAsync(Lamp, Stop));
        Assert.Equal(address, e.Address);
        Assert.Equal($"No hub answers at {address}: {e.Reason}. Start one with 'gatehouse run', or check the address.", e.Message);
        Assert.Contains("refused", e.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.False(await client.IsReadyAsync(Stop));
    }

    [Fact]
    public async Task What_does_not_speak_http_is_no_hub()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var greeting = Task.Run(
            async () =>
            {
                using var peer = await socket.AcceptTcpClientAsync(Stop);
                await peer.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.2\r\n\r\n"u8.ToArray(), Stop);
                await peer.GetStream().ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Stop);
            },
            Stop);
        using var client = new HubClient(new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}/"));
        var e = await Assert.ThrowsAsync<HubAnswerException>(() => client.GetAsync(Lamp, Stop));
        Assert.Contains("not a Gatehouse hub: it does not speak HTTP", e.Message, StringComparison.Ordinal);
        Assert.Equal(client.Address, e.Address);
        await greeting;
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"key\":\"lamp\"}")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task An_answer_that_is_not_an_entry_comes_from_no_hub(string body)
    {
        using var client = Client((_, _) => ScriptedHttp.Json(body));
        await Assert.ThrowsAsync<HubAnswerException>(() => client.GetAsync(Lamp, Stop));
    }

    [Fact]
    public async Task Other_answers_that_make_no_sense_come_from_no_hub()
    {
        using var client = Client((_, _) => ScriptedHttp.Json("{\"frames\": 1}"));
        await Assert.ThrowsAsync<HubAnswerException>(() => client.CallAsync("x", [], stop: Stop));
        await Assert.ThrowsAsync<HubAnswerException>(() => client.ServicesAsync(Stop));
        await Assert.ThrowsAsync<HubAnswerException>(() => client.Devices.ListAsync(Stop));
        await Assert.ThrowsAsync<HubAnswerException>(() => client.ListAsync([], Stop));
        Assert.False(await client.IsReadyAsync(Stop));

        using var odd = Client((_, _) => ScriptedHttp.Json("{\"frames\": [\"\\ud800\"]}"));
        await Assert.ThrowsAsync<HubAnswerException>(() => odd.CallAsync("x", [], stop: Stop));
        using var empty = Client((_, _) => ScriptedHttp.Json("[]"));
        var lacking = await Assert.ThrowsAsync<HubAnswerException>(() => empty.ListAsync([], Stop));
        Assert.Contains("Gatehouse-Sequence", lacking.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_page_is_no_missing_value()
    {
        using var other = Client((_, _) => ScriptedHttp.Json("<html>", HttpStatusCode.NotFound, "text/html"));
        await Assert.ThrowsAsync<HubAnswerException>(() => other.GetAsync(Lamp, Stop));
        using var hub = Client((_, _) => ScriptedHttp.Problem(HttpStatusCode.NotFound, "No such value"));
        Assert.Null(await hub.GetAsync(Lamp, Stop));
        using var moved = Client((_, _) => ScriptedHttp.Json("", HttpStatusCode.Found));
        await Assert.ThrowsAsync<HubAnswerException>(() => moved.GetAsync(Lamp, Stop));
    }

    [Theory]
    [InlineData(503, "application/problem+json", "{\"title\":\"Busy\",\"detail\":\"later\"}", "Busy: later", true)]
    [InlineData(503, "application/problem+json", "{}", "Status 503", true)]
    [InlineData(400, "application/problem+json", "nonsense", "Status 400: Bad Request", false)]
    [InlineData(413, "text/plain", "", "Status 413: Request Entity Too Large", false)]
    [InlineData(499, "text/plain", "", "Status 499", false)]
    public async Task A_refusal_is_told_as_well_as_it_is_known(int status, string type, string body, string message, bool transient)
    {
        using var client = Client((_, _) => ScriptedHttp.Json(body, (HttpStatusCode)status, type));
        var e = await Assert.ThrowsAsync<HubRefusedException>(() => client.SetAsync(Lamp, Value.From(1), stop: Stop));
        Assert.Equal((status, message, transient), (e.Status, e.Message, e.IsTransient));
    }

    [Fact]
    public async Task An_owner_that_shows_nothing_yet_gives_no_entry()
    {
        using var client = Client((_, _) => new HttpResponseMessage(HttpStatusCode.NoContent));
        Assert.Null(await client.SetAsync(Lamp, Value.From(1), stop: Stop));
    }

    [Fact]
    public async Task A_hub_that_does_not_answer_is_not_waited_for_longer_than_the_deadline()
    {
        var time = new ManualTime();
        using var client = Client((_, _) => new HttpResponseMessage(HttpStatusCode.Continue), time);
        var call = client.CallAsync("slow", [], TimeSpan.FromMinutes(2), Stop);
        time.Advance(TimeSpan.FromSeconds(124));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var e = await Assert.ThrowsAsync<HubUnreachableException>(() => call);
        Assert.Equal("it did not answer in time", e.Reason);
    }

    [Fact]
    public async Task The_callers_token_ends_a_request()
    {
        using var ending = new CancellationTokenSource();
        using var client = Client((_, _) => new HttpResponseMessage(HttpStatusCode.Continue));
        var call = client.GetAsync(Lamp, ending.Token);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static HubClient Client(Func<HttpRequestMessage, int, HttpResponseMessage> answer, TimeProvider? time = null) =>
        new(Address, new HttpClient(new ScriptedHttp(answer)), time);
}
