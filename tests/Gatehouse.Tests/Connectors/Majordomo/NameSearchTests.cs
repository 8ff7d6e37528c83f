using System.Collections.Concurrent;
using System.Text;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Tests.Connectors.Majordomo;

public sealed class NameSearchTests
{
    private static readonly string[] Names = ["hub.info", "localhost.fake.devices"];

    [Theory]
    [InlineData(new string[0], new[] { "hub.info", "localhost.fake.devices", "200" })]
    [InlineData(new[] { "devices$" }, new[] { "localhost.fake.devices", "200" })]
    [InlineData(new[] { "a", "b", "^hub" }, new[] { "a", "b", "hub.info", "200" })]
    [InlineData(new[] { "a", "(" }, new[] { "a", "501" })]
    public void What_was_asked_comes_back_with_what_was_found(string[] asked, string[] expected)
    {
        var reply = new NameSearch(Frames.Of(asked), Names).Run(new Discovery());
        Assert.Equal(expected, Enumerable.Range(0, reply.Count).Select(reply.Text));
    }

    [Fact]
    public async Task Searches_are_answered_in_turn_and_too_many_are_refused_at_once()
    {
        var answers = new BlockingCollection<Reply>();
        using var free = new ManualResetEventSlim();
        await using var searches = new NameSearches((_, reply) =>
        {
            answers.Add(reply);
            // The first answer holds the thread of searches, so that the others wait.
            if (reply.Status == CallStatus.Ok) free.Wait(TestContext.Current.CancellationToken);
        });
        var client = new BrokerPeer(this, new byte[] { 0, 1 }, new Origin("majordomo"));
        var request = new HubRequest(client, "mmi.discovery", default, 0);
        searches.Add(request, new NameSearch(Frames.Of("info"), Names));
        Assert.Equal(CallStatus.Ok, answers.Take(TestContext.Current.CancellationToken).Status);
        for (var i = 0; i < 256; i++) searches.Add(request, new NameSearch(Frames.Of("info"), Names));
        Assert.Empty(answers);
        searches.Add(request, new NameSearch(Frames.Of("info"), Names));
        Assert.Equal(CallStatus.Busy, answers.Take(TestContext.Current.CancellationToken).Status);
        free.Set();
        for (var i = 0; i < 256; i++)
        {
            var reply = answers.Take(TestContext.Current.CancellationToken);
            Assert.Equal("hub.info", Encoding.UTF8.GetString(reply.Frames[0].Span));
        }
    }
}
