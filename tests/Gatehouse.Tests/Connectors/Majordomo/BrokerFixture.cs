using System.Diagnostics.CodeAnalysis;
using System.Text;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>
/// A broker core with peers that are lists of messages, and a clock that stands still. Frames are Latin-1 text, so that every byte can be
/// written.
/// </summary>
internal sealed class BrokerFixture : IBrokerOutput, IHubServices
{
    public const string ReadyByte = "\x01", RequestByte = "\x02", ReplyByte = "\x03", HeartbeatByte = "\x04", DisconnectByte = "\x05";

    private readonly Dictionary<BrokerPeer, List<string[]>> _heard = [];
    private readonly int[] _room = new int[64];
    private readonly Discovery _discovery = new();
    private int _opened;

    public BrokerFixture(BrokerOptions? options = null) => Core = new BrokerCore(options ?? new BrokerOptions(), this, this);

    public BrokerCore Core { get; }

    public long Now { get; set; } = 1_000_000;

    public List<string> Offered { get; } = [];

    public List<(BrokerPeer Peer, BrokerFault Reason)> Dropped { get; } = [];

    public List<HubRequest> Calls { get; } = [];

    /// <summary>Clients whose request took long, once for each.</summary>
    public List<BrokerPeer> Rested { get; } = [];

    /// <summary>What the hub itself offers.</summary>
    public HashSet<string> HubNames { get; } = [];

    /// <summary>Names that no worker may have.</summary>
    public HashSet<string> Taken { get; } = [];

    /// <summary>Services that nobody may call.</summary>
    public HashSet<string> Forbidden { get; } = [];

    public int RightsAsked { get; private set; }

    /// <summary>Peers that take nothing.</summary>
    public HashSet<BrokerPeer> Stuck { get; } = [];

    public BrokerPeer Open(string? identity = null)
    {
        var name = identity ?? $"\0{_opened:D4}";
        var peer = new BrokerPeer(this, Bytes(name), new Origin("majordomo", $"tcp://peer:{_opened++}"));
        _heard.Add(peer, []);
        Core.Opened(peer, Now);
        return peer;
    }

    public void Close(BrokerPeer peer)
    {
        Core.Closed(peer, Now);
        _heard.Remove(peer);
    }

    /// <summary>A peer sends a message.</summary>
    public void Say(BrokerPeer peer, params string[] frames)
    {
        var bytes = ZmtpFrames.Encode(Frames.Of([.. frames.Select(Bytes)]));
        Assert.True(ZmtpFrames.TryRead(bytes, _room, out var message) || frames.Length == 0);
        Core.Received(peer, message, Now);
    }

    /// <summary>What a peer heard since it was asked last.</summary>
    public string[][] Heard(BrokerPeer peer)
    {
        string[][] heard = [.. _heard[peer]];
        _heard[peer].Clear();
        return heard;
    }

    /// <summary>The one message that a peer heard.</summary>
    public string[] HeardOne(BrokerPeer peer) => Assert.Single(Heard(peer));

    /// <summary>A client of MDP 0.1 asks.</summary>
    public void Ask(BrokerPeer client, string service, params string[] body) => Say(client, ["", "MDPC01", service, .. body]);

    /// <summary>A worker of MDP 0.1 that is ready.</summary>
    public BrokerPeer Worker(string service)
    {
        var worker = Open();
        Say(worker, "", "MDPW01", ReadyByte, service);
        return worker;
    }

    /// <summary>A worker of MDP 0.1 answers a client.</summary>
    public void Answer(BrokerPeer worker, BrokerPeer client, params string[] body) =>
        Say(worker, ["", "MDPW01", ReplyByte, Text(client.Identity.Span), "", .. body]);

    /// <summary>Time passes, and the broker's timer is kept.</summary>
    public void Pass(long milliseconds)
    {
        var end = Now + milliseconds;
        while (Core.NextTick <= end)
        {
            Now = Math.Max(Now, Core.NextTick);
            Core.Tick(Now);
            Assert.True(Core.NextTick > Now, "the broker wants to be called again at once");
        }
        Now = end;
    }

    /// <summary>Time passes while a worker of MDP 0.1 says that it lives.</summary>
    public void PassWith(BrokerPeer worker, long milliseconds)
    {
        for (var end = Now + milliseconds; Now < end;)
        {
            Pass(Math.Min(2000, end - Now));
            Say(worker, "", "MDPW01", HeartbeatByte);
        }
    }

    public long Fault(BrokerFault fault) => Core.Statistics(Now).Totals.Faults.GetValueOrDefault(fault.ToString());

    public ServiceStatistics Service(string name) => Core.Statistics(Now).Services.Single(s => s.Name == name);

    public bool Send(BrokerPeer peer, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (Stuck.Contains(peer)) return false;
        Assert.True(_heard.ContainsKey(peer), "the broker speaks to a peer that is gone");
        byte[] bytes = [.. head, .. body];
        Assert.True(ZmtpFrames.TryRead(bytes, _room, out var message), Convert.ToHexString(bytes));
        Assert.Equal(bytes.Length, message.EncodedSize);
        var frames = new string[message.Count];
        for (var i = 0; i < frames.Length; i++) frames[i] = Text(message[i]);
        _heard[peer].Add(frames);
        return true;
    }

    public void Drop(BrokerPeer peer, BrokerFault reason) => Dropped.Add((peer, reason));

    public bool Offer(string service)
    {
        if (Taken.Contains(service)) return false;
        Assert.DoesNotContain(service, Offered);
        Offered.Add(service);
        return true;
    }

    public void Withdraw(string service) => Assert.True(Offered.Remove(service), $"{service} was not offered");

    public void Call(HubRequest request) => Calls.Add(request);

    public void Search(HubRequest request, NameSearch search) => Core.Answer(request, Reply.Ok(search.Run(_discovery)), Now);

    public void Rest(BrokerPeer client) => Rested.Add(client);

    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? service)
    {
        service = Encoding.UTF8.GetString(name);
        return HubNames.Contains(service);
    }

    public IReadOnlyList<string> Names() => [.. HubNames];

    public bool MayCall(Origin origin, string service)
    {
        RightsAsked++;
        return !Forbidden.Contains(service);
    }

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>A caller of the hub.</summary>
    public sealed class HubCaller(string service, Frames frames, long deadline, string name = "http")
        : HubCall(service, frames, deadline, new Origin(name))
    {
        public List<Reply> Replies { get; } = [];

        public bool IsGone { get; set; }

        public override bool HasEnded => IsGone;

        public override void Complete(in Reply reply) => Replies.Add(reply);
    }
}
