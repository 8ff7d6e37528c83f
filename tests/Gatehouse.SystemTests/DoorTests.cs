using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>Who gets into a real hub, over restarts and crashes, and from the network.</summary>
public sealed class DoorTests
{
    private const UnixFileMode ItsUserAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_printed_code_opens_one_session_which_survives_a_crash_right_after_and_a_restart()
    {
        await using var hub = await HubRunner.StartAsync();
        var cookies = new CookieContainer();
        using var browser = Browser(hub, cookies);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/values", _stop)).StatusCode);
        using (var opened = await SignInAsync(browser, CodeOf(hub.Link)))
        {
            Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
            await hub.KillAsync();
        }
        var link = hub.Link;
        await hub.StartAgainAsync();
        Assert.NotEqual(CodeOf(link), CodeOf(hub.Link));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/values", _stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SignInAsync(browser, CodeOf(link))).StatusCode);
        await hub.StopAsync();
        await hub.StartAgainAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/values", _stop)).StatusCode);
        using var second = Browser(hub, new CookieContainer());
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(second, CodeOf(hub.Link))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SignInAsync(second, CodeOf(hub.Link))).StatusCode);
    }

    [Fact]
    public async Task Guessing_is_stopped_and_the_log_holds_no_code()
    {
        await using var hub = await HubRunner.StartAsync(["log.level=trace"]);
        using var browser = Browser(hub, new CookieContainer());
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 30; i++) answers.Add((await SignInAsync(browser, $"{i:00000}-00000")).StatusCode);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.InRange(answers.Count(a => a == HttpStatusCode.Forbidden), 10, 20);
        Assert.DoesNotContain(CodeOf(hub.Link), hub.Process.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_for_its_user_alone_whatever_the_umask_and_commands_find_it()
    {
        await using var hub = await HubRunner.StartAsync();
        var data = Path.Combine(hub.Folder, "other");
        var line = $"umask 000; exec '{HubRunner.Gatehouse}' run --data '{data}' --set web.listen=127.0.0.1:0";
        await using (var other = ChildProcess.Start("bash", ["-c", line]))
        {
            await other.OutputLineAsync(l => l.StartsWith("OPEN ", StringComparison.Ordinal));
            if (!OperatingSystem.IsWindows()) Assert.Equal(ItsUserAlone, File.GetUnixFileMode(Path.Combine(data, "token")));
            await using var list = ChildProcess.Start(HubRunner.Gatehouse, ["ls", "/hub/", "--data", data]);
            Assert.Equal((0, ""), ((await list.EndAsync()) is var ended ? (ended.Code, ended.Error) : default));
        }
        // The other hub's token is not shown to this one.
        await using var stranger = ChildProcess.Start(
            HubRunner.Gatehouse, ["ls", "--data", data, "--hub", hub.Address.ToString()],
            new Dictionary<string, string?> { ["GATEHOUSE_TOKEN"] = null });
        var refused = await stranger.EndAsync();
        Assert.Equal(1, refused.Code);
        Assert.Contains("lets nobody in without its token, and none was sent", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_are_seen_and_ended_by_command_and_streams_end_with_them()
    {
        await using var hub = await HubRunner.StartAsync();
        using var browser = Browser(hub, new CookieContainer());
        await SignInAsync(browser, CodeOf(await hub.NewLinkAsync()));
        using var stream = await browser.GetStreamAsync("/api/changes", _stop);
        var reading = stream.CopyToAsync(Stream.Null, _stop);
        var list = await hub.RunToEndAsync("sessions", "--json");
        using var sessions = JsonDocument.Parse(list.Output);
        var id = Assert.Single(sessions.RootElement.EnumerateArray()).GetProperty("id").GetString()!;
        Assert.Equal(new Ended(0, "", ""), await hub.RunToEndAsync("sessions", "end", id));
        await reading.WaitAsync(ChildProcess.Patience, TimeProvider.System, _stop);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/values", _stop)).StatusCode);
    }

    [Fact]
    public async Task Two_hubs_of_one_machine_keep_a_browser_signed_in_at_both()
    {
        await using var one = await HubRunner.StartAsync();
        await using var other = await HubRunner.StartAsync();
        var cookies = new CookieContainer(); // which, as browsers do, does not tell ports apart
        using var first = Browser(one, cookies);
        using var second = Browser(other, cookies);
        await SignInAsync(first, CodeOf(one.Link));
        await SignInAsync(second, CodeOf(other.Link));
        Assert.Equal(2, cookies.GetCookies(one.Address).Count);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/api/values", _stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/api/values", _stop)).StatusCode);
    }

    [Fact]
    public async Task An_insecure_hub_says_so_in_the_log_and_to_the_page_and_prints_no_code()
    {
        await using var hub = await HubRunner.StartAsync(["web.insecure=true"]);
        using var stranger = new HttpClient { BaseAddress = hub.Address };
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/api/values", _stop)).StatusCode);
        Assert.Contains("\"insecure\":true", await stranger.GetStringAsync("/api/session", _stop), StringComparison.Ordinal);
        await hub.Process.ErrorLineAsync(l => l.Contains("web.insecure is set", StringComparison.Ordinal));
        Assert.DoesNotContain("OPEN", hub.Process.Output, StringComparison.Ordinal);
    }

    /// <summary>In a network of its own, with a second address that is not the loopback.</summary>
    [Theory]
    [InlineData("", "401 200 200 403 401")]
    [InlineData("web.open=true", "401 200 200 403 401")]
    [InlineData("web.insecure=true", "200 200 200 403 200")]
    public async Task From_the_network_one_needs_the_code_or_the_hubs_token(string setting, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse").FullName;
        var script = Path.Combine(folder, "script");
        await File.WriteAllTextAsync(script, $$"""
            set -eu
            ip link set lo up
            ip address add 10.77.0.1/32 dev lo
            exec 3< <(exec '{{HubRunner.Gatehouse}}' run --data '{{folder}}/data' --set web.listen=0.0.0.0:8080 \
                --set web.token=a-token-for-scripts {{(setting.Length > 0 ? $"--set {setting}" : "")}})
            hub=$!
            read -ru 3 ready
            status() { curl -s -o /dev/null -w '%{http_code} ' "$@"; }
            status http://10.77.0.1:8080/api/values
            status http://10.77.0.1:8080/api/values -H "Authorization: Bearer $(cat '{{folder}}/data/token')"
            status http://127.0.0.1:8080/api/values -H 'Authorization: Bearer a-token-for-scripts'
            status http://10.77.0.1:8080/api/values -H 'Host: evil.example'
            status http://10.77.0.1:8080/api/values -H 'Authorization: Bearer a-token-for-scripts'
            kill $hub
            printf '\n%s\n' "$ready"
            cat <&3
            """, _stop);
        await using var unshare = ChildProcess.Start("unshare", ["--net", "--", "bash", script]);
        var ended = await unshare.EndAsync();
        if (ended.Error.Contains("unshare", StringComparison.Ordinal)) Assert.Skip($"no network of its own here: {ended.Error}");
        Assert.True(ended.Code == 0, ended.Error);
        var printed = ended.Output.Split('\n');
        Assert.Equal((expected, "READY http://0.0.0.0:8080"), (printed[0].Trim(), printed[1]));
        Assert.Equal(
            !setting.Contains("insecure", StringComparison.Ordinal),
            printed[2].StartsWith("OPEN http://localhost:8080/#code=", StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    private static HttpClient Browser(HubRunner hub, CookieContainer cookies) =>
        new(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = hub.Address };

    private static string CodeOf(Uri link) => link.Fragment.Split('=')[1];

    private Task<HttpResponseMessage> SignInAsync(HttpClient browser, string code) =>
        browser.PostAsync("/api/session", JsonContent.Create(new { code }), _stop);
}
