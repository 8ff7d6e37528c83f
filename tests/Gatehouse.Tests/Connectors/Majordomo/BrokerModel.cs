using System.Diagnostics.CodeAnalysis;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>
/// What a broker must do, told with lists alone: who has which request, what is due when, which reply is owed to whom. It watches what the
/// core sends, and fails at the first thing that is not owed.
/// </summary>
internal sealed class BrokerModel : IBrokerOutput, IHubServices
{
    public const int QueueLimit = 6, Tries = 3;
    public const long Heartbeat = 2500, Patience = 17_500, PackedPatience = 3000, Expiry = 10_000, Deadline = 12_000;

    private readonly int[] _room = new int[64];

    public List<Client> Clients { get; } = [];

    public List<Worker> Workers { get; } = [];

    public List<Asked> Open { get; } = [];

    /// <summary>What must still be sent before the action is over: to whom, and the last frame.</summary>
    public List<(object To, string Last)> Owed { get; } = [];

    public long Now { get; set; } = 1000;

    public Dictionary<string, long> Seen { get; } = [];

    public IEnumerable<Worker> Of(string service) => Workers.Where(w => w.Service == service);

    public IEnumerable<Asked> Waiting(string service) => Open.Where(r => r.Service == service && r.Holder is null);

    /// <summary>A request came in; returns false when it must be refused.</summary>
    public void Ask(Asked asked)
    {
        asked.Deadline = asked.Call is { } call ? call.Deadline : Now + Deadline;
        var ofCaller = Open.Count(r => r.Holder is null && Equals(r.Caller, asked.Caller));
        var isFull = ofCaller >= QueueLimit
            || (Waiting(asked.Service).Count() >= QueueLimit && Waiting(asked.Service).Any(r => Equals(r.Caller, asked.Caller)));
        if (Of(asked.Service).All(w => w.Holds is not null) && isFull) Owe(asked, "500");
        else Open.Add(asked);
        asked.WaitsSince(Now);
    }

    public void Owe(Asked asked, string last)
    {
        if (!asked.IsGone) Owed.Add((asked.Caller, last));
        Count($"ends {last}");
    }

    /// <summary>A worker is gone, for whatever reason.</summary>
    public void Lose(Worker worker)
    {
        worker.Service = null;
        if (worker.Holds is not { } asked) return;
        worker.Holds = null;
        asked.Holder = null;
        if (!Open.Contains(asked)) return;
        if (asked.IsGone)
        {
            Open.Remove(asked);
        }
        else if (asked.PartPassed || asked.Given >= (asked.Service == "once" ? 1 : Tries) || asked.Deadline <= Now)
        {
            Open.Remove(asked);
            Owe(asked, "500");
        }
        else
        {
            asked.Parts.Clear();
            asked.WaitsSince(Now);
            Count("given back");
        }
    }

    /// <summary>The time is what it is now: what ends by that?</summary>
    public void Pass()
    {
        foreach (var asked in Open.Where(r => r.Holder is null && r.Due <= Now).ToArray())
        {
            Open.Remove(asked);
            Owe(asked, Of(asked.Service).Any() ? "500" : "404");
        }
        foreach (var worker in Workers.Where(w => w.Service is not null).ToArray())
        {
            if (worker.Holds is { } asked)
            {
                if (asked.Deadline > Now) continue;
                if (Open.Remove(asked)) Owe(asked, "500");
                if (asked is { Call: not null, IsLate: false })
                {
                    asked.IsLate = true;
                    asked.Deadline = Now + Deadline;
                    continue;
                }
                worker.Holds = null;
                Owed.Add((worker.Peer, "DISCONNECT"));
                Lose(worker);
                Count("overdue");
            }
            else if (worker.LastHeard + (worker.Dialect == MdpDialect.Zproto ? PackedPatience : Patience) <= Now)
            {
                Lose(worker);
                Count("expired");
            }
        }
    }

    public bool Send(BrokerPeer peer, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        byte[] bytes = [.. head, .. body];
        Assert.True(ZmtpFrames.TryRead(bytes, _room, out var message));
        Assert.Equal(MdpFault.None, MdpMessage.FromBroker(message, out var read));
        Assert.Equal(peer.Dialect, read.Dialect);
        var text = message.ToFrames(read.BodyFrom);
        switch (read.Kind)
        {
            case MdpKind.WorkerRequest:
                return Give(Workers.Single(w => w.Peer == peer), read.Name, text);
            case MdpKind.ClientFinal or MdpKind.ClientPartial:
                Assert.Contains(Clients, c => c.Peer == peer);
                Pay(peer, read.Kind == MdpKind.ClientPartial ? $"part {text.Text(text.Count - 1)}" : text.Text(text.Count - 1));
                return true;
            case MdpKind.Disconnect:
                Pay(peer, "DISCONNECT");
                return true;
            default:
                var worker = Workers.Single(w => w.Peer == peer);
                Assert.Equal((MdpKind.Heartbeat, true), (read.Kind, worker.Service is not null));
                return !worker.IsStuck;
        }
    }

    public void Pay(object to, string last)
    {
        Assert.True(Owed.Remove((to, last)), $"'{last}' is not owed");
    }

    public void Drop(BrokerPeer peer, BrokerFault reason)
    {
        Assert.False(peer.IsOpen);
        Count($"dropped {reason}");
    }

    public bool Offer(string service) => true;

    public void Withdraw(string service) => Assert.Empty(Of(service));

    public void Call(HubRequest request) => Assert.Fail("no service is the hub's");

    public void Search(HubRequest request, NameSearch search) => Assert.Fail(request.Service);

    public void Rest(BrokerPeer client) => Assert.Fail("nothing here takes long");

    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? service)
    {
        service = null;
        return false;
    }

    public IReadOnlyList<string> Names() => [];

    public bool MayCall(Origin origin, string service) => true;

    public void Count(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;

    private bool Give(Worker worker, ReadOnlySpan<byte> address, Frames body)
    {
        Assert.NotNull(worker.Service);
        Assert.Null(worker.Holds);
        var asked = Open.Single(r => r.Id == body.Text(0));
        Assert.Null(asked.Holder);
        Assert.False(asked.IsGone);
        Assert.Equal(worker.Service, asked.Service);
        if (asked.Client is { } client) Assert.True(address.SequenceEqual(client.Peer.Identity.Span));
        else Assert.Equal(Request.HubAddressSize, address.Length);
        Assert.Equal(worker, Of(worker.Service).Where(w => w.Holds is null).MinBy(w => w.IdleSince));
        // Of one caller, what a worker gave back comes first, then the oldest.
        var others = Waiting(asked.Service).Where(r => Equals(r.Caller, asked.Caller) && !r.IsGone);
        if (asked.Given == 0) Assert.DoesNotContain(others, r => r.Given > 0 || r.Order < asked.Order);
        asked.Address = address.ToArray();
        asked.Holder = worker;
        asked.Given++;
        worker.Holds = asked;
        if (!worker.IsStuck) return true;
        Lose(worker);
        return false;
    }

    public sealed class Client(BrokerPeer peer, MdpDialect dialect)
    {
        public BrokerPeer Peer { get; } = peer;

        public MdpDialect Dialect { get; } = dialect;
    }

    public sealed class Worker(BrokerPeer peer, MdpDialect dialect)
    {
        public BrokerPeer Peer { get; } = peer;

        public MdpDialect Dialect { get; } = dialect;

        /// <summary>Null when it is not registered.</summary>
        public string? Service { get; set; }

        public Asked? Holds { get; set; }

        public long LastHeard { get; set; }

        public int IdleSince { get; set; }

        public bool IsStuck { get; set; }
    }

    public sealed class Asked(int order, string service, Client? client, ModelCall? call)
    {
        public string Id { get; } = $"q{order}";

        public int Order { get; } = order;

        public string Service { get; } = service;

        public Client? Client { get; } = client;

        public ModelCall? Call { get; } = call;

        /// <summary>Whom replies are owed to, and who shares a lane.</summary>
        public object Caller => (object?)Client?.Peer ?? Call!.Origin.Text;

        public Worker? Holder { get; set; }

        public int Given { get; set; }

        public byte[] Address { get; set; } = [];

        public List<string> Parts { get; } = [];

        public bool PartPassed { get; set; }

        /// <summary>Its caller waits no more.</summary>
        public bool IsGone { get; set; }

        /// <summary>Its caller had a time-out while the worker was at it.</summary>
        public bool IsLate { get; set; }

        public long Deadline { get; set; }

        public long Due { get; private set; }

        public void WaitsSince(long now) => Due = Math.Min(now + Expiry, Deadline);
    }

    public sealed class ModelCall(BrokerModel model, string service, Frames frames, long deadline, string origin)
        : HubCall(service, frames, deadline, new Origin(origin))
    {
        private bool _hasEnded;

        public bool IsGivenUp { get; set; }

        public override bool HasEnded
        {
            get
            {
                // Who asks that about a request whose turn it is drops it.
                if (IsGivenUp) model.Open.RemoveAll(asked => asked.Call == this && asked.Holder is null);
                return IsGivenUp;
            }
        }

        public override void Complete(in Reply reply)
        {
            Assert.False(_hasEnded);
            Assert.False(IsGivenUp);
            _hasEnded = true;
            var last = reply.Status switch
            {
                CallStatus.Ok => string.Join('+', Enumerable.Range(0, reply.Frames.Count).Select(reply.Frames.Text)),
                CallStatus.NoSuchService => "404",
                _ => "500",
            };
            model.Pay(Origin.Text, last);
        }
    }
}
