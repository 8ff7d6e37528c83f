using Gatehouse.Connectors.Clone;

namespace Gatehouse.Tests.Connectors.Clone;

/// <summary>
/// What a program does that follows a subtree: subscribes, asks for a snapshot, takes it up to KTHXBAI, and then every update with a
/// greater number; one without a body deletes. When its connections are closed it begins again.
/// </summary>
internal sealed class CloneFollower
{
    private readonly CloneFixture _fixture;
    private readonly PortSet _ports;
    private readonly string _subtree;
    private readonly HashSet<string> _items = [];
    private Subscriber _live = null!;
    private SnapshotPeer? _asked;
    private long _heard;
    private long _from;
    private long _asking;
    private bool _hasSnapshot;

    public CloneFollower(CloneFixture fixture, PortSet ports, string subtree)
    {
        (_fixture, _ports, _subtree) = (fixture, ports, subtree);
        Connect();
    }

    public string Subtree => _subtree;

    public SortedDictionary<string, string> State { get; } = new(StringComparer.Ordinal);

    public int Connections { get; private set; }

    /// <summary>The numbers of all updates since it connected last, applied or not.</summary>
    public List<long> Numbers { get; } = [];

    /// <summary>Events that it got and did not pass over.</summary>
    public List<string> Events { get; } = [];

    /// <summary>Does the next thing, with so many messages.</summary>
    public void Step(int most)
    {
        if (!_live.IsOpen || _asked is { IsOpen: false })
        {
            if (_asked is { IsOpen: true }) _fixture.Core.Closed(_asked);
            if (_live.IsOpen) _fixture.Core.Closed(_live);
            Connect();
        }
        if (!_hasSnapshot) TakeSnapshot(most);
        else TakeUpdates(most);
    }

    private void Connect()
    {
        Connections++;
        State.Clear();
        Numbers.Clear();
        _items.Clear();
        (_hasSnapshot, _asked, _heard, _from) = (false, null, -1, -1);
        _live = CloneFixture.Follow(_ports, _subtree);
    }

    private void TakeSnapshot(int most)
    {
        if (_asked is null)
        {
            _asked = CloneFixture.Reader(_ports);
            _asking = _ports.NumberOf(_fixture.Core.Published);
            _fixture.Ask(_asked, "ICANHAZ?", _subtree);
        }
        foreach (var (key, number, body, _, _) in _fixture.Drain(_asked, most))
        {
            Assert.False(_hasSnapshot);
            if (key == "KTHXBAI")
            {
                Assert.Equal(_subtree, body);
                Assert.True(number >= _from);
                (_hasSnapshot, _from) = (true, number);
                continue;
            }
            Assert.StartsWith(_subtree, key, StringComparison.Ordinal);
            Assert.True(number >= _from, "the items come in the order of their numbers");
            // One that changes while the snapshot goes out comes again, with a greater number; only so may one be without a body.
            Assert.True(_items.Add(key) || number > _asking, "every key comes once");
            Assert.True(body.Length > 0 || number > _asking, "what is not there is not in the snapshot");
            _from = number;
            if (body.Length == 0) State.Remove(key);
            else State[key] = body;
        }
        if (!_hasSnapshot) return;
        _fixture.Core.Closed(_asked);
        _asked = null;
    }

    private void TakeUpdates(int most)
    {
        foreach (var (key, number, body, _, _) in _fixture.Drain(_live, most))
        {
            if (key == "HUGZ") continue;
            Assert.StartsWith(_subtree, key, StringComparison.Ordinal);
            Assert.True(number > _heard, "numbers rise");
            _heard = number;
            Numbers.Add(number);
            if (number <= _from) continue;
            if (key.StartsWith("/event/", StringComparison.Ordinal)) Events.Add(key);
            else if (body.Length == 0) State.Remove(key);
            else State[key] = body;
        }
    }
}
