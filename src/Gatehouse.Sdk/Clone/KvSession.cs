using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Clone;

/// <summary>
/// The shell of a subscriber: connections, the timer, and what is told. What to do is decided by the <see cref="KvFollower"/>. The loop's
/// thread, where not said otherwise.
/// </summary>
internal sealed class KvSession : IRoundEnd
{
    private readonly IoLoop _loop;
    private readonly KvSubscriberOptions _options;
    private readonly KvView _view;
    private readonly Action<KvNotice> _tell;
    private readonly List<Task> _ending = [];
    private readonly IoTimer _timer;
    private KvUpdatesLink? _updates;
    private KvSnapshotLink? _snapshots;
    private bool _isAtRoundEnd;
    private bool _isStopped;

    // Any thread.
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public KvSession(IoLoop loop, KvSubscriberOptions options, byte[] filter, KvView view, Action<KvNotice> tell)
    {
        (_loop, _options, _view, _tell, Filter) = (loop, options, view, tell, filter);
        var hasHeartbeats = options.Form == KvForm.Full;
        var silence = (long)options.Silence.TotalMilliseconds;
        Follower = new KvFollower(new KvFollowerTerms(options.Servers.Count, filter, hasHeartbeats, silence), view);
        _timer = new IoTimer(loop, () => Do(Follower.Tick(_loop.Now)));
        Socket = new ZmtpOptions
        {
            SocketType = ZmtpSocketType.Sub,
            UserName = options.UserName,
            Password = options.Password,
            MaxMessageSize = options.MaxMessageSize,
            ReconnectDelay = TimeSpan.FromMilliseconds(20),
            ReconnectMaximum = TimeSpan.FromSeconds(1),
            // A server whose machine went is noticed by PING alone, where it has no heartbeats of its own.
            HeartbeatInterval = options.Silence / 3,
            HeartbeatTimeout = options.Silence,
        };
    }

    public KvFollower Follower { get; }

    public byte[] Filter { get; }

    public ZmtpOptions Socket { get; }

    public bool WantsHeartbeats => _options.Form == KvForm.Full && Filter.Length > 0;

    public IoLoop Loop => _loop;

    /// <summary>Ends when the values are what a server has; again another one when they are no longer. Any thread.</summary>
    public Task Ready => Volatile.Read(ref _ready).Task;

    /// <summary>Which server's turn it is. Any thread.</summary>
    public KvServer Server => _options.Servers[Follower.Server];

    /// <summary>Why there is no snapshot, in words. Any thread.</summary>
    public string Trouble => Follower.Stage switch
    {
        KvStage.Joining => Volatile.Read(ref _updates)?.Trouble ?? "it was not tried yet",
        KvStage.Live or KvStage.Healing => "it has just answered",
        _ => "it is there, and answers with no snapshot",
    };

    /// <summary>Any thread.</summary>
    public void Start() => _loop.Post(() => Do(Follower.Start(_loop.Now)));

    /// <summary>Any thread but the loop's.</summary>
    public async ValueTask StopAsync()
    {
        var isPosted = _loop.Post(() =>
        {
            if (!_isStopped)
            {
                _isStopped = true;
                _timer.Cancel();
                DropUpdates();
                DropSnapshots();
                _ready.TrySetException(new ObjectDisposedException(nameof(KvSubscriberClient)));
            }
            _stopped.TrySetResult();
        });
        if (isPosted) await _stopped.Task.ConfigureAwait(false);
        await Task.WhenAll(_ending).ConfigureAwait(false);
        // Nobody may wait for it, and it is no error of anybody's.
        _ = Ready.Exception;
    }

    public void Opened(KvUpdatesLink link, bool answers)
    {
        if (link == _updates) Do(Follower.Opened(_loop.Now, answers));
    }

    public void Settled(KvUpdatesLink link)
    {
        if (link == _updates) Do(Follower.Settled(_loop.Now));
    }

    public void Update(KvUpdatesLink link, in ZmtpMessage message)
    {
        if (link != _updates) return;
        if (KvMessage.TryRead(message, out var kv) != KvFault.None) Follower.Strange();
        else Do(Follower.Update(_loop.Now, kv));
    }

    public void Lost(KvUpdatesLink link)
    {
        if (link == _updates) Do(Follower.Lost(_loop.Now));
    }

    public void SnapshotOpened(KvSnapshotLink link)
    {
        if (link == _snapshots) Do(Follower.SnapshotOpened(_loop.Now));
    }

    public void Item(KvSnapshotLink link, in ZmtpMessage message)
    {
        if (link != _snapshots) return;
        if (KvMessage.TryRead(message, out var kv) != KvFault.None) Follower.Strange();
        else Do(Follower.Item(_loop.Now, kv));
    }

    void IRoundEnd.RoundEnd()
    {
        _isAtRoundEnd = false;
        if (_isStopped) return;
        _view.Signal();
        if (Follower.Stage == KvStage.Live) _ready.TrySetResult();
        else if (_ready.Task.IsCompleted) Volatile.Write(ref _ready, new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    private void Do(KvEffect effect)
    {
        if (_isStopped) return;
        switch (effect)
        {
            case KvEffect.Join:
                DropUpdates();
                DropSnapshots();
                Volatile.Write(ref _updates, new KvUpdatesLink(this, Server));
                break;
            case KvEffect.OpenSnapshot:
                DropSnapshots();
                _snapshots = new KvSnapshotLink(this, Server);
                break;
            case KvEffect.Ask:
                _snapshots!.Ask(Filter);
                break;
            case KvEffect.CloseSnapshot:
                DropSnapshots();
                break;
        }
        while (Follower.Notices.TryDequeue(out var notice))
        {
            var server = _options.Servers[notice.Server];
            _tell(new KvNotice(notice.Kind, server, $"{server.Updates}: {notice.Text}"));
        }
        // Set back when it fires, for the time moves with every message.
        if (Follower.Due != long.MaxValue && (!_timer.IsRunning || _timer.Due > Follower.Due))
        {
            _timer.Restart(TimeSpan.FromMilliseconds(Math.Max(0, Follower.Due - _loop.Now)));
        }
        if (_isAtRoundEnd) return;
        _isAtRoundEnd = true;
        _loop.AtRoundEnd(this);
    }

    private void DropUpdates()
    {
        if (_updates is null) return;
        End(_updates.Endpoint);
        Volatile.Write(ref _updates, null);
    }

    private void DropSnapshots()
    {
        if (_snapshots is null) return;
        End(_snapshots.Endpoint);
        _snapshots = null;
    }

    private void End(ZmtpEndpoint endpoint)
    {
        _ending.RemoveAll(t => t.IsCompletedSuccessfully);
        _ending.Add(endpoint.StopAsync(TimeSpan.Zero).AsTask());
    }
}
