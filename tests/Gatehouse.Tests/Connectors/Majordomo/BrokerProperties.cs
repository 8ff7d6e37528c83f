using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using static Gatehouse.Tests.Connectors.Majordomo.BrokerModel;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>Random peers, actions and times: the broker does what the model says, nothing more and nothing less.</summary>
public sealed class BrokerProperties
{
    [Fact]
    public void The_broker_does_what_the_model_says()
    {
        var seen = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var first = Environment.TickCount;
        for (var seed = first; seed < first + 400; seed++)
        {
            var run = new Run(seed);
            try
            {
                run.Play(400);
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed}, step {run.Step} ({run.Action}): {error}");
            }
            foreach (var (what, count) in run.Model.Seen) seen[what] = seen.GetValueOrDefault(what) + count;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("; ", seen.Select(s => $"{s.Key} {s.Value}")));
        string[] reached =
        [
            "ends 404", "ends 500", "given back", "overdue", "expired", "replied", "part joined", "part passed", "refused reply",
            "dropped TakesNothing", "dropped UnknownCommand",
        ];
        Assert.Superset(reached.ToHashSet(), seen.Keys.ToHashSet());
    }

    private sealed class Run
    {
        private static readonly string[] Services = ["a", "b", "once", "absent"];

        private readonly Random _random;
        private readonly BrokerCore _core;
        private readonly int _slowness;
        private int _peers, _asked, _idle;

        public Run(int seed)
        {
            _random = new Random(seed);
            _slowness = _random.Next(1, 12);
            Model = new BrokerModel();
            _core = new BrokerCore(
                new BrokerOptions
                {
                    QueueLimit = QueueLimit,
                    Tries = Tries,
                    Once = ["once"],
                    Deadline = TimeSpan.FromMilliseconds(Deadline),
                    RequestExpiry = TimeSpan.FromMilliseconds(Expiry),
                },
                Model,
                Model);
        }

        public BrokerModel Model { get; }

        public int Step { get; private set; }

        public string Action { get; private set; } = "";

        public void Play(int steps)
        {
            for (Step = 0; Step < steps; Step++)
            {
                Act(_random.Next(24));
                Check();
            }
            Action = "the end";
            foreach (var worker in Model.Workers.ToArray()) Close(worker);
            Wait(Deadline * 2);
            Check();
            Assert.Empty(Model.Open);
            Assert.Equal(0, _core.Statistics(Model.Now).Totals.HeldBytes);
            Assert.Equal(long.MaxValue, _core.NextTick);
        }

        private void Act(int action)
        {
            Action = $"action {action}";
            var worker = Any(Model.Workers.Where(w => w.Service is not null));
            var busy = Any(Model.Workers.Where(w => w.Holds is not null));
            switch (action)
            {
                case 0 or 21 when Model.Clients.Count < 4:
                    Model.Clients.Add(new Client(NewPeer(), Any<MdpDialect>(Enum.GetValues<MdpDialect>())));
                    break;
                case 1 when _random.Next(4) == 0 && Any(Model.Clients) is { } client:
                    Leave(client);
                    break;
                case <= 6 when Any(Model.Clients) is { } client:
                    Ask(client);
                    break;
                case 7:
                    AskFromHub();
                    break;
                case 8 when _random.Next(3) == 0 && Any(Model.Open.Where(r => r.Call is not null)) is { } asked:
                    asked.IsGone = asked.Call!.IsGivenUp = true;
                    break;
                case 9 or 10 or 22 when Model.Workers.Count(w => w.Service is not null) < 5:
                    Register();
                    break;
                case 11 when worker is not null && _random.Next(2) == 0:
                    Close(worker);
                    break;
                case <= 16 when busy is not null && _random.Next(_slowness) == 0:
                    Reply(busy, final: true);
                    break;
                case 17 when busy is { Dialect: not MdpDialect.Mdp01 }:
                    Reply(busy, final: false);
                    break;
                case 18 when worker is not null:
                    worker.IsStuck |= _random.Next(4) == 0;
                    Heard(worker, MdpHead.Heartbeat(worker.Dialect).ToArray());
                    break;
                case 19 when worker is not null && _random.Next(3) == 0:
                    Goodbye(worker);
                    break;
                case 20 when worker is not null && _random.Next(2) == 0:
                    Misbehave(worker);
                    break;
                default:
                    Wait(_random.Next(3) == 0 ? _random.Next(6000) : _random.Next(300));
                    break;
            }
        }

        private void Check()
        {
            Assert.Empty(Model.Owed);
            var statistics = _core.Statistics(Model.Now);
            Assert.Equal(Model.Workers.Count(w => w.Service is not null), statistics.Workers.Count);
            foreach (var service in Services)
            {
                var known = statistics.Services.SingleOrDefault(s => s.Name == service);
                Assert.Equal(Model.Of(service).Count(), known?.Workers ?? 0);
                Assert.Equal(Model.Of(service).Count(w => w.Holds is null), known?.Idle ?? 0);
                Assert.Equal(Model.Waiting(service).Count(), known?.Queued ?? 0);
                Assert.True(known is not { Idle: > 0, Queued: > 0 }, "a request waits beside an idle worker");
            }
            Assert.True(_core.NextTick > Model.Now);
        }

        private BrokerPeer NewPeer()
        {
            var peer = new BrokerPeer(Model, BrokerFixture.Bytes($"\0{_peers++:D4}"), new Origin("majordomo"));
            _core.Opened(peer, Model.Now);
            return peer;
        }

        private void Leave(Client client)
        {
            Model.Clients.Remove(client);
            foreach (var asked in Model.Open.Where(r => r.Client == client)) asked.IsGone = true;
            Model.Open.RemoveAll(r => r.IsGone && r.Client == client);
            if (_random.Next(2) == 0) Say(client.Peer, client.Dialect == MdpDialect.Mdp01 ? ["", "MDPW01", "x"] : ["MDPC02", "x"]);
            _core.Closed(client.Peer, Model.Now);
        }

        private void Ask(Client client)
        {
            var asked = new Asked(_asked++, Any(Services)!, client, null);
            Model.Ask(asked);
            Span<byte> head = stackalloc byte[MdpHead.MaxSize];
            var used = MdpHead.ClientRequest(head, client.Dialect, BrokerFixture.Bytes(asked.Service));
            Receive(client.Peer, [.. head[..used], .. ZmtpFrames.Encode(Frames.Of(asked.Id, "body"))]);
        }

        private void AskFromHub()
        {
            var (service, frames) = (Any(Services)!, Frames.Of($"q{_asked}", "body"));
            var call = new ModelCall(Model, service, frames, Model.Now + _random.Next(1, 20_000), _random.Next(2) == 0 ? "http" : "robot");
            Model.Ask(new Asked(_asked++, service, null, call));
            _core.Request(call, Model.Now);
        }

        private void Register()
        {
            var worker = new Worker(NewPeer(), Any<MdpDialect>(Enum.GetValues<MdpDialect>()))
            {
                Service = Services[_random.Next(3)],
                LastHeard = Model.Now,
                IdleSince = _idle++,
            };
            Model.Workers.Add(worker);
            Span<byte> head = stackalloc byte[MdpHead.MaxSize];
            Receive(worker.Peer, head[..MdpHead.Ready(head, worker.Dialect, BrokerFixture.Bytes(worker.Service))].ToArray());
        }

        private void Close(Worker worker)
        {
            Model.Workers.Remove(worker);
            if (worker.Service is not null) Model.Lose(worker);
            _core.Closed(worker.Peer, Model.Now);
        }

        private void Reply(Worker worker, bool final)
        {
            var asked = worker.Holds!;
            var isOpen = Model.Open.Contains(asked) && !asked.IsGone;
            var passes = asked.Client is { Dialect: not MdpDialect.Mdp01 };
            var text = $"{asked.Id}.{asked.Parts.Count}";
            worker.LastHeard = Model.Now;
            if (!final)
            {
                asked.Parts.Add(text);
                if (isOpen && passes) Model.Owed.Add((asked.Caller, $"part {text}"));
                asked.PartPassed |= isOpen && passes;
                if (isOpen) Model.Count(passes ? "part passed" : "part joined");
            }
            else
            {
                Model.Open.Remove(asked);
                worker.Holds = null;
                worker.IdleSince = _idle++;
                if (isOpen) Model.Owed.Add((asked.Caller, asked.Call is null ? text : string.Join('+', [.. asked.Parts, text])));
                Model.Count("replied");
            }
            Span<byte> head = stackalloc byte[MdpHead.MaxSize];
            var used = MdpHead.WorkerReply(head, worker.Dialect, asked.Address, final);
            Receive(worker.Peer, [.. head[..used], .. ZmtpFrames.Encode(Frames.Of(text))]);
        }

        private void Goodbye(Worker worker)
        {
            Model.Lose(worker);
            Receive(worker.Peer, MdpHead.Disconnect(worker.Dialect).ToArray());
        }

        // What is answered DISCONNECT, and what costs the connection.
        private void Misbehave(Worker worker)
        {
            var held = worker.Holds;
            Model.Lose(worker);
            if (_random.Next(3) == 0)
            {
                string[][] unknown = [["", "MDPW01", "x"], ["MDPW02", "x"], ["\xAA\xA4x"]];
                Say(worker.Peer, unknown[(int)worker.Dialect]);
                return;
            }
            Model.Owed.Add((worker.Peer, "DISCONNECT"));
            Span<byte> head = stackalloc byte[MdpHead.MaxSize];
            if (_random.Next(2) == 0)
            {
                Receive(worker.Peer, head[..MdpHead.Ready(head, worker.Dialect, "a"u8)].ToArray());
                return;
            }
            byte[] address = [.. held?.Address ?? [], (byte)'x'];
            Receive(worker.Peer, [.. head[..MdpHead.WorkerReply(head, worker.Dialect, address, final: true)], 0, 0]);
            Model.Count("refused reply");
        }

        private void Heard(Worker worker, byte[] message)
        {
            worker.LastHeard = Model.Now;
            Receive(worker.Peer, message);
        }

        private void Wait(long time)
        {
            var end = Model.Now + time;
            while (_core.NextTick <= end)
            {
                Model.Now = _core.NextTick;
                Model.Pass();
                _core.Tick(Model.Now);
                Assert.Empty(Model.Owed);
                Assert.True(_core.NextTick > Model.Now);
            }
            Model.Now = end;
            Model.Pass();
            _core.Tick(Model.Now);
        }

        private void Say(BrokerPeer peer, params string[] frames) =>
            Receive(peer, ZmtpFrames.Encode(Frames.Of([.. frames.Select(BrokerFixture.Bytes)])));

        private void Receive(BrokerPeer peer, byte[] bytes)
        {
            Assert.True(ZmtpFrames.TryRead(bytes, new int[16], out var message));
            _core.Received(peer, message, Model.Now);
        }

        private T? Any<T>(IEnumerable<T> all)
        {
            var list = all.ToList();
            return list.Count == 0 ? default : list[_random.Next(list.Count)];
        }
    }
}
