using System.Diagnostics;
using System.Globalization;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Zmtp;

namespace Gatehouse.Tests.Fuzz;

/// <summary>
/// Whatever can connect to a ZeroMQ socket: valid conversations with one thing changed, as fast as a session takes them. Every stage and
/// every reason that a session has must be reached, or the run fails.
/// </summary>
[Trait("Run", "Fuzz")]
public sealed class ZmtpFuzzTests
{
    private const int Most = 600;
    private const int MostFrames = 12;

    private static readonly ZmtpFault[] OfSessions =
        [.. Enum.GetValues<ZmtpFault>().Where(f => f is > ZmtpFault.None and < ZmtpFault.IdentityTaken and not ZmtpFault.BadSeal)];

    [Fact(Explicit = true)]
    public void Conversations_with_one_thing_changed_are_taken_refused_or_waited_for()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("GATEHOUSE_SECONDS") ?? "1", CultureInfo.InvariantCulture);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var talks = Talks();
        var mutation = new ZmtpMutation(random, Most);
        var faults = new long[Enum.GetValues<ZmtpFault>().Length];
        var stages = new long[Enum.GetValues<ZmtpStage>().Length];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        long count = 0;
        for (; (count & 1023) != 0 || watch.Elapsed.TotalSeconds < seconds; count++)
        {
            var talk = talks[random.Next(talks.Length)];
            var input = mutation.Change(talk.Parts, talks[random.Next(talks.Length)].Parts);
            try
            {
                talk.Run(input, random);
            }
            catch (Exception error)
            {
                Assert.Fail($"Session {count} of seed {seed} is refused the wrong way: {Convert.ToHexString(input)}\n{error}");
            }

            faults[(int)talk.Session.Fault]++;
            stages[(int)talk.Session.Stage]++;
        }

        var rate = count / watch.Elapsed.TotalSeconds;
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} sessions, {rate:N0}/s, seed {seed}, {growth} bytes more: {Told<ZmtpStage>(stages)}; {Told<ZmtpFault>(faults)}");
        Assert.DoesNotContain(OfSessions, f => faults[(int)f] == 0);
        Assert.All(stages, s => Assert.NotEqual(0, s));
        Assert.InRange(growth, long.MinValue, 4 * 1024 * 1024);
    }

    private static string Told<T>(long[] counts)
        where T : struct, Enum => string.Join(' ', Enum.GetValues<T>().Select((name, i) => $"{name} {counts[i]}"));

    private static FuzzTalk[] Talks()
    {
        byte[][] traffic =
        [
            Wire.Message("", "MDPC01", "echo", "hello"), Wire.Command("PING", [0, 50, 1, 2]), Wire.Message(new string('x', 300)),
            Wire.Message("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"), Wire.Frame([1], 1), Wire.Command("PONG"), Wire.Frame([2]),
            Wire.Command("SUBSCRIBE", "ab"u8), Wire.Message("\u0001cd"), Wire.Command("CANCEL", "ab"u8), Wire.Message("\0cd"),
        ];
        // Many commands within one message, which is more than anybody sends.
        byte[][] chatter = [Wire.Frame([1], 1), [.. Enumerable.Repeat(Wire.Frame([1, 65], 4), 200).SelectMany(c => c)], Wire.Frame([2])];
        byte[] initiate = Wire.Command("INITIATE", Wire.Metadata("REQ", "me"));
        byte[] hello = Wire.Command("HELLO", "\u0001u\u0002pw"u8);
        return
        [
            new(ZmtpSocketType.Router, new NullMechanism(), [Wire.Greeting(), Wire.Ready("DEALER", "me"), .. traffic]),
            new(ZmtpSocketType.Rep, new NullMechanism(), [Wire.Greeting(minor: 0), Wire.Ready("REQ"), .. traffic]),
            new(ZmtpSocketType.XPub, new NullMechanism(), [Wire.Greeting(), Wire.Ready("SUB"), .. traffic]),
            new(ZmtpSocketType.Dealer, new NullMechanism(), [Wire.Greeting(), Wire.Ready("ROUTER", ""), .. chatter, .. traffic], 20_000),
            new(ZmtpSocketType.Router, new NullMechanism(), [Wire.Greeting(), Wire.Command("ERROR", "\u0003400"u8), .. traffic]),
            new(ZmtpSocketType.Router, new PlainServerMechanism((u, p) => u == "u" && p == "pw"),
                [Wire.Greeting("PLAIN"), hello, initiate, .. traffic]),
            new(ZmtpSocketType.Req, new PlainClientMechanism("u", "pw"),
                [Wire.Greeting("PLAIN"), Wire.Command("WELCOME"), Wire.Ready("ROUTER"), .. traffic]),
        ];
    }

    /// <summary>A session that is used again and again, and the valid conversation that its inputs are made of.</summary>
    private sealed class FuzzTalk : IZmtpSink
    {
        private readonly byte[] _held = new byte[256 * 1024];
        private readonly int _most;
        private bool _isReady;
        private long _read;

        public FuzzTalk(ZmtpSocketType type, ZmtpMechanism mechanism, byte[][] parts, int most = Most)
        {
            Parts = parts;
            _most = most;
            Session = new ZmtpSession(new ZmtpTerms(type, default, most, MostFrames), mechanism, this);
        }

        public byte[][] Parts { get; }

        public ZmtpSession Session { get; }

        public void Run(ReadOnlySpan<byte> input, Random random)
        {
            (_isReady, _read) = (false, 0);
            Session.Start();
            var held = 0;
            var isCut = random.Next(4) == 0;
            while (!input.IsEmpty)
            {
                var count = isCut ? Math.Min(input.Length, random.Next(1, 64)) : input.Length;
                input[..count].CopyTo(_held.AsSpan(held));
                input = input[count..];
                held += count;
                var used = Session.Consume(_held.AsSpan(0, held));
                if ((uint)used > (uint)held) throw new InvalidOperationException($"It took {used} of {held}.");
                _held.AsSpan(used, held - used).CopyTo(_held);
                held -= used;
                if (Session.Fault != ZmtpFault.None || Session.Wanted > held) continue;
                throw new InvalidOperationException("It waits for what it has.");
            }
        }

        public void Send(ReadOnlySpan<byte> bytes)
        {
            foreach (var b in bytes) _read += b;
        }

        public void Ready() => _isReady = _isReady ? throw new InvalidOperationException("Ready twice.") : true;

        public void Message(in ZmtpMessage message)
        {
            if (!_isReady || message.Count > MostFrames) throw new InvalidOperationException("A message that must not be.");
            long size = 0;
            for (var i = 0; i < message.Count; i++) size += message[i].Length;
            if (size > _most) throw new InvalidOperationException("A message beyond the limit.");
            var rest = message.From(0);
            for (var i = 0; i < message.Count; i++)
            {
                var (frame, hasMore) = (ZmtpFrames.SizeOf(rest), (rest[0] & 1) != 0);
                if (frame > rest.Length || (rest[0] & 4) != 0 || hasMore == (i + 1 == message.Count))
                {
                    throw new InvalidOperationException("What would be forwarded is not that message.");
                }

                rest = rest[frame..];
            }

            if (!rest.IsEmpty) throw new InvalidOperationException("What would be forwarded is more than that message.");
        }

        public void Subscription(bool isSubscribed, ReadOnlySpan<byte> topic) => _read += topic.Length;

        public void Pinged(ushort timeToLive) => _read += timeToLive;
    }
}
