using System.Text;
using Gatehouse.Sdk.Clone;

namespace Gatehouse.Tests.Sdk.Clone;

/// <summary>Thousands of histories of servers that change, lose, restart, fall silent and return: the view ends as the server is.</summary>
public sealed class KvFollowerProperties
{
    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "")]
    [InlineData(1, "/a/")]
    [InlineData(2, "/a/")]
    public void The_view_ends_as_the_server_and_a_watch_as_the_view(int servers, string filter)
    {
        var seed = Environment.TickCount;
        var totals = new SortedDictionary<string, long>();
        for (var i = 0; i < 3000; i++)
        {
            var world = new World(new Random(seed + i), servers, filter);
            try
            {
                world.Run();
            }
            catch (Exception error)
            {
                Assert.Fail($"History {seed + i}: {error}");
            }
            foreach (var (kind, _, _) in world.Told) totals[$"{kind}"] = totals.GetValueOrDefault($"{kind}") + 1;
        }
        // The histories go where they shall.
        HashSet<string> wanted = servers == 1 ? ["Ready", "Lost", "NewEpoch"] : ["Ready", "Lost", "Silent", "Failover"];
        Assert.Superset(wanted, totals.Keys.ToHashSet());
        if (filter.Length == 0) Assert.True(totals["Gap"] > 100, $"{totals["Gap"]}");
    }

    private sealed class World(Random random, int servers, string filter)
    {
        private readonly Model[] _servers = [.. Enumerable.Range(0, servers).Select(_ => new Model())];
        private readonly KvTalk _talk = new(servers, filter);
        private readonly Dictionary<string, string> _seen = [];
        private readonly HashSet<(string, string)> _last = [];
        private Queue<(string, long, string)>? _updates;
        private Queue<(string, long, string)>? _items;
        private bool _isJoined;
        private bool _isSnapshotWanted;
        private KvWatch _watch = null!;

        public List<(KvNoticeKind Kind, int, string)> Told { get; } = [];

        private Model Server => _servers[_talk.Follower.Server];

        public void Run()
        {
            _watch = _talk.View.Watch("");
            Do(_talk.Follower.Start(_talk.Now));
            for (var i = random.Next(20, 200); i > 0; i--) Step(random.Next(16), mayHarm: true);
            // Enough for whatever was going on to end well.
            for (var i = 0; i < 400; i++) Step(i % 9, mayHarm: false);
            // What was lost last shows by what comes next.
            foreach (var server in _servers) Change(server, "/a/end", "end");
            for (var i = 0; i < 400; i++) Step(i % 9 == 0 ? 1 : i % 9, mayHarm: false);
            Look();
            var wanted = Server.Below(filter).OrderBy(v => v.Key, StringComparer.Ordinal).ToList();
            Assert.Equal(KvStage.Live, _talk.Follower.Stage);
            Assert.Equal(wanted, _talk.View.All("").Select(e => KeyValuePair.Create(e.Key, Encoding.UTF8.GetString(e.Body.Span))));
            Assert.Equal(wanted, _seen.OrderBy(v => v.Key, StringComparer.Ordinal));
        }

        private void Step(int kind, bool mayHarm)
        {
            switch (kind)
            {
                case 0:
                    if (!mayHarm && random.Next(4) > 0) break;
                    Change(_servers[random.Next(servers)], $"/{(char)('a' + random.Next(2))}/{random.Next(6)}", $"{random.Next(20)}");
                    break;
                case 1:
                    if (_updates is { Count: > 0 } && _updates.Dequeue() is var (key, number, body)) Do(_talk.Update(key, number, body));
                    break;
                case 2:
                    if (_isJoined && _updates is null) Connect();
                    else if (_updates is not null) Do(_talk.Follower.Settled(_talk.Now));
                    break;
                case 3 or 4:
                    if (_items is { Count: > 0 } && _items.Dequeue() is var (name, sequence, value)) Do(_talk.Item(name, sequence, value));
                    break;
                case 5:
                    if (_isSnapshotWanted && _items is null) Do(_talk.Follower.SnapshotOpened(_talk.Now));
                    break;
                case 6:
                    Do(_talk.After(random.Next(100)));
                    break;
                case 7:
                    Look();
                    break;
                case 8:
                    if (_updates is not null) Do(_talk.Update("HUGZ", random.Next(100), ""));
                    break;
                case 9 when filter.Length == 0 && _updates is { Count: > 0 }:
                    _updates.Dequeue();
                    break;
                case 10 when random.Next(4) == 0:
                    Break();
                    break;
                case 11 when random.Next(4) == 0:
                    // Its connections go with it.
                    var dies = random.Next(servers);
                    _servers[dies].Restart(random.Next(2) == 0);
                    if (dies == _talk.Follower.Server) Break();
                    break;
                case 12 when _items is not null:
                    _items = null;
                    break;
                case 13 when random.Next(6) == 0:
                    Do(_talk.After(KvTalk.Silence + 1));
                    break;
            }
        }

        private void Change(Model server, string key, string body)
        {
            server.Number++;
            if (key != "/a/end" && random.Next(4) == 0) body = "";
            if (body.Length == 0) server.Values.Remove(key);
            else server.Values[key] = body;
            if (server == Server && _updates is not null && key.StartsWith(filter, StringComparison.Ordinal))
            {
                _updates.Enqueue((key, server.Number, body));
            }
        }

        private void Connect()
        {
            _updates = new();
            Do(_talk.Follower.Opened(_talk.Now, random.Next(2) == 0));
        }

        private void Break()
        {
            _items = null;
            if (_updates is null) return;
            _updates = null;
            Do(_talk.Follower.Lost(_talk.Now));
        }

        private void Look()
        {
            var news = new List<KvEntry>();
            _talk.View.Collect(_watch, news);
            _last.Clear();
            foreach (var entry in news)
            {
                Assert.True(_last.Add((entry.Key, "")), $"{entry.Key} comes twice at a time");
                var body = Encoding.UTF8.GetString(entry.Body.Span);
                if (entry.IsDeleted) _seen.Remove(entry.Key);
                else _seen[entry.Key] = body;
            }
        }

        private void Do(KvEffect effect)
        {
            while (_talk.Follower.Notices.TryDequeue(out var notice)) Told.Add(notice);
            switch (effect)
            {
                case KvEffect.Join:
                    (_isJoined, _updates, _items, _isSnapshotWanted) = (true, null, null, false);
                    break;
                case KvEffect.OpenSnapshot:
                    (_items, _isSnapshotWanted) = (null, true);
                    break;
                case KvEffect.CloseSnapshot:
                    (_items, _isSnapshotWanted) = (null, false);
                    break;
                case KvEffect.Ask:
                    // It answers with what it has at this moment, however long that takes to arrive.
                    _items = new(Server.Below(filter).Select(v => (v.Key, 0L, v.Value)));
                    _items.Enqueue(("KTHXBAI", Server.Number, ""));
                    break;
            }
        }
    }

    private sealed class Model
    {
        public Dictionary<string, string> Values { get; private set; } = [];

        public long Number { get; set; }

        public IEnumerable<KeyValuePair<string, string>> Below(string filter) =>
            Values.Where(v => v.Key.StartsWith(filter, StringComparison.Ordinal));

        public void Restart(bool keeps)
        {
            Number = 0;
            if (!keeps) Values = [];
        }
    }
}
