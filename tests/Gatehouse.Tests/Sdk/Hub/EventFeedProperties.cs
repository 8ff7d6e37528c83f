using System.Text;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Tests.Sdk.Hub;

/// <summary>Damaged streams end, or are refused by a documented exception; none gets through to the caller as something else.</summary>
public sealed class EventFeedProperties
{
    private const string Good = """
        : heartbeat

        id: 17-5
        event: snapshot
        data: [{"key":"/a/b","value":{"x":[1,"é"]},"time":"2026-01-31","received":"2026-01-31","quality":"good","source":"x","sequence":5}]

        id: 17-6
        event: change
        data: [{"key":"/a/b","removed":true,"sequence":6},
        data: {"key":"/a/c","value":-1.50,"time":"2026-01-31","received":"2026-01-31T12:00Z","quality":"stale","source":"y z","sequence":7}]
        retry: 100

        id: 17-9
        event: gap
        data: []


        """;

    [Fact]
    public async Task Whatever_the_bytes_are_only_documented_exceptions_come()
    {
        var good = Encoding.UTF8.GetBytes(Good);
        var random = new Random(20260131);
        var refused = 0;
        for (var round = 0; round < 4000; round++)
        {
            var bytes = Damage(good, random);
            try
            {
                await ReadAllAsync(bytes);
            }
            catch (HubAnswerException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Round {round}: {e}\n{Convert.ToHexString(bytes)}");
            }
        }
        Assert.InRange(refused, 100, 3900);
    }

    [Fact]
    public async Task The_undamaged_stream_is_read_whole()
    {
        var events = await ReadAllAsync(Encoding.UTF8.GetBytes(Good));
        Assert.Equal([1, 2, 0], events.Select(e => e.Entries.Count));
        Assert.Equal(["17-5", "17-6", "17-9"], events.Select(e => e.Id));
    }

    private static byte[] Damage(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, random.Next(Math.Min(20, bytes.Count - at)));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.Skip(random.Next(bytes.Count)).Take(20).ToArray());
                    break;
                case 3:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes.Insert(at, "\"{}[],:\n\r\0\\"u8[random.Next(11)]);
                    break;
            }
        }
        return [.. bytes];
    }

    private static async Task<List<HubEvent>> ReadAllAsync(byte[] bytes)
    {
        var events = new List<HubEvent>();
        using var http = new HttpClient();
        var requests = new HubRequests(new Uri("http://hub.test/"), http, TimeProvider.System);
        await using var feed = new EventFeed(requests, new MemoryStream(bytes));
        while (await feed.ReadAsync(TestContext.Current.CancellationToken) is { } news) events.Add(news);
        return events;
    }
}
