using System.Net;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Cli;

public sealed class CommandFailureTests
{
    [Theory]
    [InlineData("get /a")]
    [InlineData("set /a 1")]
    [InlineData("rm /a")]
    [InlineData("ls")]
    [InlineData("watch")]
    [InlineData("call x")]
    [InlineData("services")]
    [InlineData("history /a")]
    [InlineData("history newest")]
    [InlineData("history export")]
    [InlineData("history import -")]
    public async Task No_hub_is_3_and_says_where_it_was_looked_for(string line)
    {
        var run = await new Commands { Http = ScriptedHttp.Nobody() }.RunAsync(line.Split(' '));
        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.Equal(
            "gatehouse: No hub answers at http://127.0.0.1:8080/: Connection refused. "
            + "Start one with 'gatehouse run', or check the address.\n"
            + "  The address comes from the default, since no hub seems to run on /nowhere/gatehouse.\n",
            run.Error);
    }

    [Fact]
    public async Task Something_else_than_a_hub_is_3_too()
    {
        var other = new ScriptedHttp((_, _) => ScriptedHttp.Json("<html>", HttpStatusCode.NotFound, "text/html"));
        var commands = new Commands { Http = other };
        foreach (var command in (string[])["get", "watch"])
        {
            var run = await commands.RunAsync(command, "/a", "--hub", "x:81");
            Assert.Equal(3, run.Code);
            Assert.StartsWith("gatehouse: What answers at http://x:81/ is not a Gatehouse hub", run.Error, StringComparison.Ordinal);
        }
        Assert.Equal([new Uri("http://x:81"), new Uri("http://x:81")], commands.Addresses);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""["text"]""")]
    [InlineData("""[{"version": 1}]""")]
    [InlineData("""[[1]]""")]
    public async Task Version_does_without_a_hub_that_tells(string frames)
    {
        var hub = new ScriptedHttp((_, _) => ScriptedHttp.Json($$"""{"frames":{{frames}}}"""));
        foreach (var http in (HttpMessageHandler[])[hub, ScriptedHttp.Nobody()])
        {
            var run = await new Commands { Http = http }.RunAsync("version");
            Assert.Equal((0, "", 1), (run.Code, run.Error, run.Output.Count(c => c == '\n')));
        }
    }

    [Fact]
    public async Task An_owner_that_shows_nothing_yet_is_null_as_json()
    {
        var hub = new ScriptedHttp((_, _) => new HttpResponseMessage(HttpStatusCode.NoContent));
        Assert.Equal("null\n", (await new Commands { Http = hub }.RunAsync("set", "/a", "1", "--json")).Output);
    }

    [Theory]
    [InlineData(32, 0, "")]
    [InlineData(28, 1, "gatehouse: The result cannot be written: full\n")]
    public async Task A_result_that_cannot_be_written_fails_unless_its_reader_has_gone(int error, int code, string message)
    {
        var hub = new ScriptedHttp((_, _) => ScriptedHttp.Json("[]"));
        var run = await new Commands { Http = hub, Output = new FailingStream(error) }.RunAsync("services", "--json");
        Assert.Equal((code, message), (run.Code, run.Error));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("history --help")]
    [InlineData("schema")]
    [InlineData("completion bash")]
    public async Task A_text_whose_reader_has_gone_is_no_failure(string line)
    {
        var run = await new Commands { Output = new FailingStream(32) }.RunAsync(line.Split(' '));
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    private sealed class FailingStream(int error) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("full", error);
    }
}
