namespace Gatehouse.Requests.Callbacks;

/// <summary>How callbacks are tried.</summary>
/// <param name="Tries">So often at most.</param>
/// <param name="AtOnce">So many at the same time.</param>
/// <param name="PerHost">So many at the same time at one host, so that a slow one holds up no other.</param>
/// <param name="Delay">The pause behind the first try; behind each further one it is twice as long.</param>
/// <param name="LongestDelay">The longest pause.</param>
internal sealed record CallbackRules(int Tries, int AtOnce, int PerHost, TimeSpan Delay, TimeSpan LongestDelay);

/// <summary>Which callback is tried next: pure, with the time as an argument. One thread at a time.</summary>
/// <param name="rules">How they are tried.</param>
/// <param name="random">0 to 1, for pauses that do not all end at once.</param>
internal sealed class CallbackCore(CallbackRules rules, Func<double> random)
{
    private readonly Dictionary<string, Callback> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.OrdinalIgnoreCase);

    // Lanes in the order in which they get their turn.
    private readonly LinkedList<Lane> _turns = new();
    private int _running;
    private long _added;

    /// <summary>Those that wait or are under way.</summary>
    public int Count => _all.Count;

    /// <summary>Adds one that is due at a time. One that is there already stays as it is.</summary>
    public void Add(string id, string host, int tries, DateTimeOffset due)
    {
        if (_all.ContainsKey(id)) return;
        if (!_lanes.TryGetValue(host, out var lane))
        {
            lane = _lanes[host] = new Lane(host);
            _turns.AddLast(lane.Turn);
        }
        var callback = _all[id] = new Callback(id, lane, ++_added) { Tries = tries, Due = due };
        lane.Waiting.Add(callback);
    }

    /// <summary>Those to try now, in turn between the hosts; each is to end by <see cref="End"/>.</summary>
    public IReadOnlyList<string> Take(DateTimeOffset now)
    {
        var taken = new List<string>();
        for (var turn = _turns.First; turn is not null && _running < rules.AtOnce;)
        {
            var next = turn.Next;
            if (turn.Value.Running < rules.PerHost && turn.Value.Waiting.Min is { } first && first.Due <= now)
            {
                turn.Value.Waiting.Remove(first);
                turn.Value.Running++;
                _running++;
                first.Tries++;
                taken.Add(first.Id);
                _turns.Remove(turn);
                _turns.AddLast(turn);
                next ??= turn; // the only one may have more
            }
            turn = next;
        }
        return taken;
    }

    /// <summary>The number of the try that is under way.</summary>
    public int TriesOf(string id) => _all[id].Tries;

    /// <summary>A try has ended: when it is due again, or null when that was the last of it.</summary>
    public DateTimeOffset? End(string id, bool isDone, DateTimeOffset now)
    {
        var callback = _all[id];
        Stop(callback);
        if (isDone || callback.Tries >= rules.Tries)
        {
            Forget(callback);
            return null;
        }
        callback.Due = now + Pause(callback.Tries);
        callback.Lane.Waiting.Add(callback);
        return callback.Due;
    }

    /// <summary>When <see cref="Take"/> may have one that it has not now; null when that takes an end first, or there is none.</summary>
    public DateTimeOffset? Next()
    {
        if (_running >= rules.AtOnce) return null;
        DateTimeOffset? next = null;
        foreach (var lane in _turns)
        {
            if (lane.Running < rules.PerHost && lane.Waiting.Min is { } first && !(first.Due >= next)) next = first.Due;
        }
        return next;
    }

    private void Stop(Callback callback)
    {
        callback.Lane.Running--;
        _running--;
    }

    private void Forget(Callback callback)
    {
        _all.Remove(callback.Id);
        if (callback.Lane.Running > 0 || callback.Lane.Waiting.Count > 0) return;
        _lanes.Remove(callback.Lane.Host);
        _turns.Remove(callback.Lane.Turn);
    }

    // Between half and the whole of it.
    private TimeSpan Pause(int tries)
    {
        var whole = Math.Min(rules.Delay.TotalSeconds * Math.Pow(2, Math.Min(tries - 1, 60)), rules.LongestDelay.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (random() / 2)));
    }

    private sealed class Callback(string id, Lane lane, long added)
    {
        public string Id => id;

        public Lane Lane => lane;

        public long Added => added;

        public int Tries { get; set; }

        public DateTimeOffset Due { get; set; }

    }

    private sealed class Lane
    {
        private static readonly Comparer<Callback> ByDue = Comparer<Callback>.Create(
            static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Added.CompareTo(b.Added));

        public Lane(string host)
        {
            Host = host;
            Turn = new LinkedListNode<Lane>(this);
        }

        public string Host { get; }

        public LinkedListNode<Lane> Turn { get; }

        public int Running { get; set; }

        public SortedSet<Callback> Waiting { get; } = new(ByDue);
    }
}
