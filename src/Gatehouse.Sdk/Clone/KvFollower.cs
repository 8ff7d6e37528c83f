namespace Gatehouse.Sdk.Clone;

/// <summary>Where a subscriber stands with its server.</summary>
internal enum KvStage : byte
{
    /// <summary>The connection for updates is to come about.</summary>
    Joining,

    /// <summary>It has subscribed, and the server has not said yet that it knows.</summary>
    Settling,

    /// <summary>A snapshot was asked for, or is coming.</summary>
    Asking,

    /// <summary>The snapshot is there and kept up to date.</summary>
    Live,

    /// <summary>As Live, but something is missing: a fresh snapshot is due soon.</summary>
    Healing,
}

/// <summary>What the shell does next.</summary>
internal enum KvEffect : byte
{
    None,

    /// <summary>Gives all connections up and connects to <see cref="KvFollower.Server"/>.</summary>
    Join,

    /// <summary>Connects where snapshots are answered, by a new connection: what a former one still brings reaches nobody.</summary>
    OpenSnapshot,

    /// <summary>Sends the request for a snapshot.</summary>
    Ask,

    /// <summary>Gives the connection for snapshots up.</summary>
    CloseSnapshot,
}

/// <summary>How a subscriber follows.</summary>
/// <param name="Servers">How many servers there are.</param>
/// <param name="Filter">What the keys begin with; empty wants all.</param>
/// <param name="HasHeartbeats">Whether its servers may send HUGZ.</param>
/// <param name="Silence">After how many milliseconds of silence a server is given up.</param>
internal sealed record KvFollowerTerms(int Servers, byte[] Filter, bool HasHeartbeats, long Silence);

/// <summary>
/// Decides how a subscriber follows its servers (the guide's client of model 6): updates first, then a snapshot, then what is newer. Pure:
/// what happens and the time in milliseconds go in, what to do comes out.
/// </summary>
internal sealed class KvFollower(KvFollowerTerms terms, KvView view)
{
    /// <summary>A server that does not answer a PING so long is asked for the snapshot all the same.</summary>
    public const long SettlePatience = 1000;

    /// <summary>Between a snapshot and one that heals a gap: a server that loses much is not asked without end.</summary>
    public const long HealPause = 1000;

    private const int MostAsks = 2;
    private readonly KvSnapshot _snapshot = new();
    private bool _isAsked;
    private int _asks;
    private bool _hasBeat;
    private long _completed = long.MinValue / 2;

    // The highest number that the view has, and of which server.
    private long _sequence;
    private int _sequenceOf = -1;

    // The numbers on the present connection for updates.
    private bool _hasFirst;
    private long _first;
    private long _latest;
    private long _missing;

    public KvStage Stage { get; private set; }

    /// <summary>Which server's turn it is.</summary>
    public int Server { get; private set; }

    /// <summary>When <see cref="Tick"/> has something to do; <see cref="long.MaxValue"/> for never.</summary>
    public long Due { get; private set; } = long.MaxValue;

    public KvFollowerCounts Counts { get; } = new();

    /// <summary>What is to be told: its kind, and a detail in words.</summary>
    public Queue<(KvNoticeKind Kind, int Server, string Text)> Notices { get; } = new();

    public KvEffect Start(long now)
    {
        Stage = KvStage.Joining;
        Due = terms.Servers > 1 ? now + terms.Silence : long.MaxValue;
        _hasBeat = false;
        _snapshot.Clear();
        ForgetNumbers();
        return KvEffect.Join;
    }

    /// <summary>The connection for updates is there, and the subscriptions are sent.</summary>
    /// <param name="now">The time.</param>
    /// <param name="answers">Whether the server says when it knows them.</param>
    public KvEffect Opened(long now, bool answers)
    {
        Stage = KvStage.Settling;
        _snapshot.Clear();
        ForgetNumbers();
        Due = now + SettlePatience;
        return answers ? KvEffect.None : Ask(now);
    }

    /// <summary>The server knows the subscriptions: from here on every update comes.</summary>
    public KvEffect Settled(long now) => Stage == KvStage.Settling ? Ask(now) : KvEffect.None;

    /// <summary>The connection for snapshots is there.</summary>
    public KvEffect SnapshotOpened(long now)
    {
        if (Stage != KvStage.Asking) return KvEffect.None;
        if (_isAsked)
        {
            // It broke on the way.
            if (_asks >= MostAsks) return Move(now, KvNoticeKind.Silent, "it broke off its snapshots");
            _asks++;
        }
        _isAsked = true;
        _snapshot.Restart();
        Due = now + terms.Silence;
        return KvEffect.Ask;
    }

    /// <summary>A message came over the connection for snapshots.</summary>
    public KvEffect Item(long now, in KvMessage item)
    {
        if (Stage != KvStage.Asking || !_isAsked) return KvEffect.None;
        Due = now + terms.Silence;
        if (item.IsGoodbye) return Complete(now, item.Sequence);
        if (item.Key.StartsWith(terms.Filter) && !_snapshot.Add(item)) Counts.Rejected++;
        return KvEffect.None;
    }

    /// <summary>A message came over the connection for updates.</summary>
    public KvEffect Update(long now, in KvMessage update)
    {
        Beat(now, update.IsHeartbeat);
        if (update.IsHeartbeat) return KvEffect.None;
        var number = update.Sequence;
        if (_hasFirst && number == _latest)
        {
            Counts.Repeats++;
            return KvEffect.None;
        }
        if (_hasFirst && number < _latest) return BeginEpoch(now, update);
        if (_hasFirst && number > _latest + 1) _missing = number - 1;
        if (!_hasFirst) (_hasFirst, _first) = (true, number);
        _latest = number;
        if (!update.Key.StartsWith(terms.Filter)) return KvEffect.None;
        if (Stage is not (KvStage.Live or KvStage.Healing))
        {
            if (!_snapshot.Beside(update)) Counts.Rejected++;
            return KvEffect.None;
        }
        if (number <= _sequence)
        {
            // The snapshot had it already.
            Counts.Repeats++;
            return KvEffect.None;
        }
        var before = _sequence;
        _sequence = number;
        if (view.Apply(update.Key, update.Body, number)) Counts.Updates++;
        else Counts.Rejected++;
        return IsWhole && Stage == KvStage.Live && number > before + 1 ? Heal(now, before + 1, number - 1) : KvEffect.None;
    }

    /// <summary>A message came that is none of the protocol's, over either connection.</summary>
    public void Strange() => Counts.Rejected++;

    /// <summary>The connection for updates broke. It is made anew by itself.</summary>
    public KvEffect Lost(long now)
    {
        Tell(KvNoticeKind.Lost, "the connection broke");
        if (terms.Servers > 1) return Next(now);
        Stage = KvStage.Joining;
        Due = long.MaxValue;
        _hasBeat = false;
        return KvEffect.CloseSnapshot;
    }

    /// <summary>Time has passed.</summary>
    public KvEffect Tick(long now)
    {
        if (now < Due) return KvEffect.None;
        switch (Stage)
        {
            case KvStage.Settling:
            case KvStage.Healing:
                return Ask(now);
            case KvStage.Asking when _asks < MostAsks:
                return OpenSnapshot(now);
            case KvStage.Asking:
                return Move(now, KvNoticeKind.Silent, _isAsked ? "it does not answer with a snapshot" : "nobody answers snapshots there");
            case KvStage.Joining:
                return Move(now, KvNoticeKind.Silent, "no connection comes about");
            default:
                return Move(now, KvNoticeKind.Silent, "it sends nothing any more");
        }
    }

    // Numbers say what is missing only where all of them are to come.
    private bool IsWhole => terms.Filter.Length == 0;

    private KvEffect Ask(long now)
    {
        Stage = KvStage.Asking;
        _asks = 0;
        return OpenSnapshot(now);
    }

    private KvEffect OpenSnapshot(long now)
    {
        _asks++;
        _isAsked = false;
        _snapshot.Restart();
        Due = now + terms.Silence;
        return KvEffect.OpenSnapshot;
    }

    private KvEffect Complete(long now, long sequence)
    {
        var isOlder = _sequenceOf == Server && sequence < _sequence;
        if (isOlder) BeganAnew();
        _snapshot.Complete(sequence);
        view.Replace(_snapshot);
        Counts.Snapshots++;
        (_sequence, _sequenceOf) = (Math.Max(sequence, _hasFirst ? _latest : sequence), Server);
        _snapshot.Clear();
        Stage = KvStage.Live;
        _completed = now;
        Live(now);
        // A number between the snapshot and what came beside it that nobody has brought.
        var hole = _hasFirst && _first > sequence + 1 ? _first - 1 : 0;
        hole = Math.Max(hole, _missing);
        if (IsWhole && _hasFirst && hole > sequence)
        {
            Heal(now, sequence + 1, hole);
            return KvEffect.CloseSnapshot;
        }
        Tell(KvNoticeKind.Ready, "the snapshot is complete");
        return KvEffect.CloseSnapshot;
    }

    private KvEffect Heal(long now, long first, long last)
    {
        Counts.Gaps++;
        Tell(KvNoticeKind.Gap, first == last ? $"number {first} is missing" : $"the numbers from {first} to {last} are missing");
        return HealLater(now);
    }

    private KvEffect HealLater(long now)
    {
        Stage = KvStage.Healing;
        Due = Math.Max(now, _completed + HealPause);
        return Due <= now ? Ask(now) : KvEffect.None;
    }

    private KvEffect BeginEpoch(long now, in KvMessage first)
    {
        BeganAnew();
        _snapshot.ForgetBeside();
        ForgetNumbers();
        (_hasFirst, _first, _latest) = (true, first.Sequence, first.Sequence);
        // What is asked for at present may be of the old epoch, or of both.
        _sequenceOf = -1;
        if (first.Key.StartsWith(terms.Filter) && !_snapshot.Beside(first)) Counts.Rejected++;
        return Stage is KvStage.Joining or KvStage.Settling ? KvEffect.None : Ask(now);
    }

    private void BeganAnew()
    {
        Counts.Epochs++;
        Tell(KvNoticeKind.NewEpoch, "it counts anew");
    }

    private KvEffect Move(long now, KvNoticeKind kind, string why)
    {
        Tell(kind, why);
        return Next(now);
    }

    private KvEffect Next(long now)
    {
        if (terms.Servers > 1)
        {
            Server = (Server + 1) % terms.Servers;
            Counts.Failovers++;
            Tell(KvNoticeKind.Failover, "it is the next server's turn");
        }
        return Start(now);
    }

    private void Beat(long now, bool isHeartbeat)
    {
        _hasBeat |= isHeartbeat;
        if (Stage == KvStage.Live) Live(now);
    }

    // A server may have no heartbeats at all, as those of the guide's model 5; then its silence says nothing, unless another one is there.
    private void Live(long now) =>
        Due = terms.HasHeartbeats && (_hasBeat || terms.Servers > 1) ? now + terms.Silence : long.MaxValue;

    private void ForgetNumbers() => (_hasFirst, _first, _latest, _missing) = (false, 0, 0, 0);

    private void Tell(KvNoticeKind kind, string text) => Notices.Enqueue((kind, Server, text));
}
