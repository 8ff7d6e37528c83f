using System.Text.Json;
using Gatehouse.Requests;
using Gatehouse.Services;
using Gatehouse.Storage;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Cli;

public sealed class RequestCommandTests : IAsyncLifetime
{
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await TestHub.StartAsync();
        Offer(_hub, "shout");
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_request_prints_its_id_by_which_its_answer_is_fetched_and_closed()
    {
        var id = (await DoneAsync("request", "shout", """["a", 1.50]""")).TrimEnd('\n');
        Assert.Equal(32, id.Length);
        Assert.Equal("a\n1.50\n", await DoneAsync("reply", id, "--wait"));
        Assert.Equal("a\n1.50\n", await DoneAsync("reply", id));
        using (var json = JsonDocument.Parse(await DoneAsync("reply", id, "--json")))
        {
            Assert.Equal("answered", json.RootElement.GetProperty("state").GetString());
            Assert.Equal(id, json.RootElement.GetProperty("id").GetString());
            Assert.Equal("""["a",1.50]""", json.RootElement.GetProperty("frames").GetRawText());
        }
        Assert.Equal("", await DoneAsync("close", id));
        var gone = await RunAsync("close", id);
        Assert.Equal(
            (1, $"gatehouse: there is no request with the id '{id}'; 'gatehouse requests' lists what there is\n"), (gone.Code, gone.Error));
        Assert.Equal(1, (await RunAsync("reply", id)).Code);
    }

    [Fact]
    public async Task All_requests_for_a_service_are_closed_by_its_name()
    {
        foreach (var id in (string[])["a", "b"]) await DoneAsync("request", "lab.nobody", "--id", id);
        await DoneAsync("request", "shout", "--id", "c", "--wait");
        Assert.Equal("0 requests closed\n", await DoneAsync("close", "--service", "lab.", "--state", "answered"));
        Assert.Equal("2 requests closed\n", await DoneAsync("close", "--service", "lab.", "--state", "pending"));
        Assert.Equal("1 requests closed\n", await DoneAsync("close", "--service", "shout"));
        Assert.Equal("", await DoneAsync("requests"));
    }

    [Fact]
    public async Task With_wait_the_answer_is_printed()
    {
        var run = await RunAsync("request", "shout", "\"x\"", "--wait");
        Assert.Equal((0, "x\n"), (run.Code, run.Output));
        Assert.StartsWith("gatehouse: the request has the id ", run.Error, StringComparison.Ordinal);
        run = await RunAsync("request", "shout", "\"x\"", "--id", "mine", "--wait", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("\"id\":\"mine\"", run.Output, StringComparison.Ordinal);
        Assert.Equal("mine\n", await DoneAsync("request", "shout", "\"x\"", "--id", "mine"));
        var conflict = await RunAsync("request", "shout", "\"y\"", "--id", "mine");
        Assert.Equal(1, conflict.Code);
        Assert.Contains("there is another request", conflict.Error, StringComparison.Ordinal);
        Assert.Equal("{\"id\":\"other\",\"state\":\"pending\"}\n", await DoneAsync("request", "nobody", "--id", "other", "--json"));
    }

    [Fact]
    public async Task What_has_no_answer_is_told_as_what_it_is()
    {
        await DoneAsync("request", "nobody", "--id", "n");
        var run = await RunAsync("reply", "n");
        Assert.Equal((1, "gatehouse: the request n has no answer yet\n"), (run.Code, run.Error));
        run = await RunAsync("reply", "n", "--wait", "--deadline", "0.05");
        Assert.Equal((1, "gatehouse: the request n has no answer yet\n"), (run.Code, run.Error));
        _hub.Services.Offer(
            ServiceName.Parse("never"), new InlineOwner("t", _ => Reply.Forbidden("never")), new ServiceInfo { Summary = "No." });
        run = await RunAsync("request", "never", "--wait", "--id", "f");
        Assert.Equal((1, "gatehouse: the request f has failed: you may not call 'never'\n"), (run.Code, run.Error));
        Assert.Equal(1, (await RunAsync("request", "shout", "--callback", "http://far.example/")).Code);
    }

    [Fact]
    public async Task Requests_are_a_table_or_JSON()
    {
        Assert.Equal("", await DoneAsync("requests"));
        await DoneAsync("request", "shout", "--id", "a1", "--wait");
        await DoneAsync("request", "nobody", "--id", "b2");
        Assert.Matches(
            "^ID  SERVICE  STATE     ATTEMPTS  AGE  REASON\nb2  nobody   pending   [01]         [0-9]s   \n"
            + "a1  shout    answered  1         [0-9]s   \n$",
            await DoneAsync("requests"));
        using var json = JsonDocument.Parse(await DoneAsync("requests", "--json", "--state", "answered"));
        Assert.Equal("a1", Assert.Single(json.RootElement.EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("", await DoneAsync("requests", "--service", "nob"));
        Assert.StartsWith(
            "ID  SERVICE  STATE    ATTEMPTS  AGE  REASON\nb2", await DoneAsync("requests", "--limit", "1"), StringComparison.Ordinal);
        Assert.DoesNotContain("b2", await DoneAsync("requests", "--after", "b2"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("request", "shout", "on")]
    [InlineData("request", "shout", "--id", "a b")]
    [InlineData("request", "")]
    [InlineData("request", "shout", "--deadline", "5")]
    [InlineData("reply", "..")]
    [InlineData("reply")]
    [InlineData("close", "a/b")]
    [InlineData("close")]
    [InlineData("close", "a", "--service", "b")]
    [InlineData("close", "a", "--state", "pending")]
    [InlineData("close", "--service", "a ")]
    [InlineData("requests", "--state", "gone")]
    [InlineData("requests", "--limit", "0")]
    [InlineData("requests", "import")]
    public async Task What_makes_no_sense_is_said_before_any_hub_is_asked(params string[] arguments)
    {
        var run = await new Commands().RunAsync(arguments);
        Assert.Equal(2, run.Code);
        Assert.Contains("--help' tells more", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_are_offered_to_the_shell()
    {
        await DoneAsync("request", "nobody", "--id", "morning");
        var run = await new Commands
        {
            Http = new SocketsHttpHandler(),
            Environment = { ["GATEHOUSE_TOKEN"] = _hub.Token, ["GATEHOUSE_HUB"] = _hub.Address.ToString() },
            Time = TimeProvider.System,
        }.RunAsync("[suggest]", "gatehouse reply mor");
        Assert.Equal("morning\n", run.Output);
    }

    [Fact]
    public async Task Requests_of_a_file_that_was_set_aside_come_into_the_hub_once()
    {
        string file;
        var answered = "";
        await using (var old = await TestHub.StartAsync())
        {
            Offer(old, "shout");
            answered = (await DoneAsync(old, "request", "shout", """["\u0000", {"base64": "/wA="}, ""]""")).TrimEnd('\n');
            await DoneAsync(old, "reply", answered, "--wait");
            await DoneAsync(old, "request", "late", "\"please\"", "--id", "waits");
            file = Path.Combine(_hub.Folder, "hub.db.damaged-20260131T120000Z");
            File.Copy(Path.Combine(old.Folder, HubDatabase.FileName), file);
            File.Copy(Path.Combine(old.Folder, HubDatabase.FileName + "-wal"), file + "-wal");
        }
        var before = _hub.Get<RequestQueue>().Find(answered);
        Assert.Null(before);
        Assert.Equal("2 requests imported, 0 known already\n", await DoneAsync("requests", "import", file));
        Assert.Equal("0 requests imported, 2 known already\n", await DoneAsync("requests", "import", file));
        Assert.Equal(
            """{"imported":0,"known":2,"refused":0,"problems":[]}""" + "\n", await DoneAsync("requests", "import", file, "--json"));
        var found = _hub.Get<RequestQueue>().Find(answered)!;
        Assert.Equal((RequestState.Answered, 3), (found.State, found.Answer.Count));
        Assert.Equal([0xFF, 0], found.Answer[1].ToArray());
        var attempts = 0;
        _hub.Services.Offer(
            ServiceName.Parse("late"),
            new InlineOwner("t", call =>
            {
                attempts = call.Attempt;
                return Reply.Ok(call.Frames);
            }),
            new ServiceInfo { Summary = "Late." });
        Assert.Equal("please\n", await DoneAsync("reply", "waits", "--wait"));
        Assert.Equal(2, attempts);
        Assert.Equal("", await DoneAsync("close", answered.ToUpperInvariant()));
    }

    [Fact]
    public async Task What_an_import_cannot_take_is_told()
    {
        var file = Path.Combine(_hub.Folder, "x.db");
        var run = await RunAsync("requests", "import", file);
        Assert.Equal(1, run.Code);
        Assert.Contains("cannot be read", run.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "nothing", TestContext.Current.CancellationToken);
        run = await RunAsync("requests", "import", file);
        Assert.Equal((1, $"gatehouse: {file} holds no requests, or none that can be read\n"), (run.Code, run.Error));
        using var body = new StringContent(
            """
            {"id":"i1","service":"x","state":"answered","attempts":1,"tries":0,"accepted":1,"peer":"","frames":["YQ=="],"answer":["Yg=="]}

            {"id":"i1","service":"other","state":"answered","attempts":1,"tries":0,"accepted":1,"peer":"p","frames":[]}
            {"id":"i2","service":"shout","state":"gone","attempts":1,"tries":0,"accepted":1,"peer":"p","frames":[]}
            {"id":"i3","service":"x.","state":"failed","attempts":1,"tries":0,"accepted":1,"peer":"p","frames":[]}
            {"id":"i4"}
            """,
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-ndjson"));
        using var answer = await _hub.Http.PostAsync("/api/requests/import", body, TestContext.Current.CancellationToken);
        using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((1, 0, 4), (
            report.RootElement.GetProperty("imported").GetInt32(), report.RootElement.GetProperty("known").GetInt32(),
            report.RootElement.GetProperty("refused").GetInt32()));
        var problems = string.Join('\n', report.RootElement.GetProperty("problems").EnumerateArray().Select(p => p.GetString()));
        Assert.Contains("line 3: there is another request with the id 'i1'", problems, StringComparison.Ordinal);
        Assert.Contains("line 4: 'gone' is no state", problems, StringComparison.Ordinal);
        Assert.Contains("line 5: a service name", problems, StringComparison.Ordinal);
        Assert.Contains("line 6: it is no request", problems, StringComparison.Ordinal);
        Assert.Equal("b\n", await DoneAsync("reply", "i1"));
    }

    private static void Offer(TestHub hub, string name) => hub.Services.Offer(
        ServiceName.Parse(name), new InlineOwner("test", call => Reply.Ok(call.Frames)), new ServiceInfo { Summary = "Says it again." });

    private Task<string> DoneAsync(params string[] arguments) => DoneAsync(_hub, arguments);

    private static async Task<string> DoneAsync(TestHub hub, params string[] arguments)
    {
        var run = await RunAsync(hub, arguments);
        Assert.True(run.Code == 0, run.Error);
        return run.Output;
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => RunAsync(_hub, arguments);

    private static Task<CommandRun> RunAsync(TestHub hub, string[] arguments) =>
        new Commands
        {
            Http = new SocketsHttpHandler(),
            Environment = { ["GATEHOUSE_TOKEN"] = hub.Token },
            Time = TimeProvider.System,
        }.RunAsync([.. arguments, "--hub", hub.Address.ToString()]);
}
