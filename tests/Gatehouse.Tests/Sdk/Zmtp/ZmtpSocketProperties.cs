using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using static Gatehouse.Tests.Sdk.Zmtp.Sockets;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>
/// Whatever the order in which senders and receivers have their turn, no message is lost, doubled or overtaken by another of its peer.
/// </summary>
public sealed class ZmtpSocketProperties
{
    [Theory]
    [InlineData(ZmtpSocketType.Push, ZmtpSocketType.Pull)]
    [InlineData(ZmtpSocketType.Dealer, ZmtpSocketType.Router)]
    public async Task Nothing_is_lost_or_reordered(ZmtpSocketType from, ZmtpSocketType to)
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            var (senders, each) = (1 + random.Next(4), 200 + random.Next(800));
            await using var sockets = new Sockets(isPortable: seed % 3 == 0);
            var (receiver, address) = sockets.Bound(to, o => o with { ReceiveMessages = 1 + random.Next(50) });
            var sending = Enumerable.Range(0, senders).Select(sender =>
            {
                var socket = sockets.Connected(from, address, o => o with { SendLimit = 100 + random.Next(5000) });
                return SendAllAsync(socket, (byte)sender, each, new Random((seed * 100) + sender));
            }).ToList();
            var next = new int[senders];
            for (var i = 0; i < senders * each; i++)
            {
                if (random.Next(20) == 0) await Task.Yield();
                var message = await TakeAsync(receiver);
                var body = message[message.Count - 1].Span;
                Assert.Equal(next[body[0]]++, BitConverter.ToInt32(body[1..]));
                Assert.Equal(-1, body[5..].IndexOfAnyExcept(body[0]));
            }

            await Task.WhenAll(sending);
            Assert.False(receiver.TryReceive(out _));
        }
    }

    [Fact]
    public async Task Every_dealer_gets_the_answers_to_its_own_questions_in_order()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            await using var sockets = new Sockets();
            var (router, address) = sockets.Bound(
                ZmtpSocketType.Router, o => o with { MandatoryRouting = true, SendLimit = 100 + random.Next(3000) });
            var asking = Enumerable.Range(0, 4).Select(i =>
            {
                var dealer = sockets.Connected(ZmtpSocketType.Dealer, address, o => o with { ReceiveMessages = 1 + random.Next(20) });
                return AskAllAsync(dealer, (byte)i, 400, new Random((seed * 100) + i));
            }).ToList();
            for (var i = 0; i < 4 * 400; i++) await SendAsync(router, await TakeAsync(router));
            await Task.WhenAll(asking);
        }
    }

    private static async Task AskAllAsync(ZmtpSocket dealer, byte sender, int count, Random random)
    {
        var sending = SendAllAsync(dealer, sender, count, random);
        for (var i = 0; i < count; i++)
        {
            var body = (await TakeAsync(dealer))[0];
            Assert.Equal((sender, i), (body.Span[0], BitConverter.ToInt32(body.Span[1..])));
        }

        await sending;
    }

    private static async Task SendAllAsync(ZmtpSocket socket, byte sender, int count, Random random)
    {
        for (var i = 0; i < count; i++)
        {
            var body = new byte[5 + random.Next(random.Next(10) == 0 ? 3000 : 40)];
            body.AsSpan().Fill(sender);
            BitConverter.TryWriteBytes(body.AsSpan(1), i);
            await SendAsync(socket, Frames.Of(body));
            if (random.Next(10) == 0) await Task.Yield();
        }
    }
}
