using System.Runtime.InteropServices;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;
using Gatehouse.Tree;

namespace Gatehouse.History;

/// <summary>
/// Follows every change of the tree and appends what the rules want to the history; once a second that goes to the disk. Never waits for
/// the disk in between: a disk that stalls or is full costs nothing but memory, up to a bound.
/// </summary>
internal sealed partial class Recorder(
    DataDirectory data,
    Settings settings,
    TreeMemory tree,
    IKeyCatalog catalog,
    Troubles troubles,
    TimeProvider time,
    ILogger<Recorder> logger,
    ILoggerFactory loggers) : IOpeningPart
{
    public const string FileName = "history.db";

    /// <summary>How often what was recorded goes to the disk: with the time that takes, within the second that is promised.</summary>
    public static readonly TimeSpan CommitPeriod = TimeSpan.FromMilliseconds(750);

    // A pause after each reading, so that a busy tree does not wake the recorder for every change.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private static readonly Origin Origin = new("history");

    private readonly HistoryOptions _options = settings.Get<HistoryOptions>();

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static readonly TimeSpan OvertakenPause = TimeSpan.FromMinutes(1);

    private volatile HistoryStore? _store;
    private long? _cursor;
    private string? _setAside;
    private (long Count, long Lost) _overtaken;
    private long? _overtakenTold;

    public string Name => "history";

    /// <summary>Done when the remembered values are back in the tree, or when the file cannot be opened: the hub serves without.</summary>
    public Task Opened => _opened.Task;

    /// <summary>What is recorded; null until the file is open.</summary>
    public HistoryStore? Store => _store;

    public RecordingRules Rules { get; } = new(settings.Get<HistoryOptions>());

    /// <summary>How many points could not be recorded in this run of the hub.</summary>
    public long Lost { get; private set; }

    /// <summary>How many new series were not begun, for there were as many as there may be.</summary>
    public long Refused { get; private set; }

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        await using var store = await OpenAndShowAsync(hub);
        try
        {
            _store = store;
            await RecordAsync(hub, store, stop);
        }
        finally
        {
            _store = null;
        }
    }

    private async Task<HistoryStore> OpenAndShowAsync(Hub hub)
    {
        try
        {
            return await OpenAsync(hub);
        }
        finally
        {
            _opened.TrySetResult();
        }
    }

    private async Task<HistoryStore> OpenAsync(Hub hub)
    {
        HistoryStore store;
        try
        {
            store = await HistoryStore.OpenAsync(
                Path.Combine(data.Path, FileName), time, loggers.CreateLogger<HistoryStore>(), loggers.CreateLogger<Database>());
        }
        catch (StorageException e)
        {
            Report(e);
            throw;
        }
        troubles.Clear(Name);
        _setAside = store.SetAside ?? _setAside;
        if (_setAside is { } to) hub.Tree.Set(new Change(hub.Tree.Intern("/hub/history/setAside"), Value.From(to)), Origin);
        Remembered.Restore(hub.Tree, store, Origin);
        return store;
    }

    private async Task RecordAsync(Hub hub, HistoryStore store, CancellationToken stop)
    {
        using var watch = hub.Tree.Watch(KeyFilter.All, WatchMode.Every, _cursor ?? tree.Start.Sequence, Origin);
        var intake = new Intake(store, Rules, catalog, time, _options.MaxSeries);
        var shown = new Statistics(hub, store, this, Origin, time);
        var entries = new Entry[4096];
        using var timer = new PeriodicTimer(CommitPeriod, time);
        var news = watch.WaitAsync(stop).AsTask();
        var tick = timer.WaitForNextTickAsync(stop).AsTask();
        var commit = Task.CompletedTask;
        try
        {
            while (true)
            {
                await Task.WhenAny(news, tick);
                if (news.IsCompleted)
                {
                    await news;
                    Lost += ReadAll(hub.Tree, watch, intake, entries);
                    TellRefused(intake.TakeRefused());
                    _cursor = watch.Sequence;
                    await Task.Delay(Rest, time, stop);
                    news = watch.WaitAsync(stop).AsTask();
                }
                if (!tick.IsCompleted) continue;
                await tick;
                Lost += intake.Release();
                shown.Show();
                if (commit.IsCompleted)
                {
                    await LookAtAsync(commit, store);
                    commit = store.CommitAsync(stop);
                }
                tick = timer.WaitForNextTickAsync(stop).AsTask();
            }
        }
        finally
        {
            Lost += ReadAll(hub.Tree, watch, intake, entries) + intake.Close();
            // What it could not write stays in memory, and closing the store tries once more.
            await commit.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private long ReadAll(ValueTree values, Watch watch, Intake intake, Entry[] entries)
    {
        long lost = 0;
        while (watch.Read(entries, out var gap) is var count && (count > 0 || gap.Count > 0))
        {
            if (gap.Count > 0) lost += TakeUp(values, gap, intake);
            lost += intake.Take(entries.AsSpan(0, count));
        }
        return lost;
    }

    // The watch was overtaken. Of each key the tree still has the newest: a key that was set once in a burst is recorded all the same.
    private long TakeUp(ValueTree values, Gap gap, Intake intake)
    {
        intake.Interrupt();
        values.Settle();
        var present = new List<Entry>();
        foreach (var slot in values.Slots)
        {
            if (slot.Current is { } current && current.Sequence >= gap.From && current.Sequence <= gap.To) present.Add(current);
        }
        present.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
        var lost = gap.Count - present.Count;
        TellOvertaken(gap.Count, lost);
        return lost + intake.Take(CollectionsMarshal.AsSpan(present));
    }

    // A storm overtakes it many times a second: it is told at its beginning, and then once a minute what came together.
    private void TellOvertaken(long count, long lost)
    {
        _overtaken = (_overtaken.Count + count, _overtaken.Lost + lost);
        if (_overtakenTold is { } told && time.GetElapsedTime(told) < OvertakenPause) return;
        LogOvertaken(_overtaken.Count, _overtaken.Lost);
        (_overtaken, _overtakenTold) = (default, time.GetTimestamp());
    }

    private void TellRefused(long refused)
    {
        if (refused == 0) return;
        Refused += refused;
        troubles.Warn(
            "historySeries",
            $"the history has {_options.MaxSeries} series, as many as history.maxSeries lets it have: new keys are not recorded; "
            + "raise history.maxSeries, or leave keys out by history.record");
    }

    // What could not be written is kept and written with the next commit; only a damaged file ends this run, and the next begins a new one.
    private async Task LookAtAsync(Task commit, HistoryStore store)
    {
        try
        {
            await commit;
            troubles.Clear(Name);
        }
        catch (StorageException e)
        {
            Report(e);
            // Nobody else writes to the file: when its rules refuse what the hub read from it, they do not agree any more.
            if (e.Fault != StorageFault.Damaged && !e.IsRefusal) return;
            store.MoveAside();
            _setAside = store.SetAside;
            throw;
        }
    }

    private void Report(StorageException e)
    {
        LogNotRecording(e.Message);
        troubles.Report(Name, $"the history is not recorded: {e.Message}");
    }

    [LoggerMessage(6010, LogLevel.Error, "The history is not recorded: {Reason}")]
    private partial void LogNotRecording(string reason);

    [LoggerMessage(6022, LogLevel.Warning, "{Count} changes came faster than the history took them; {Lost} of them are not recorded")]
    private partial void LogOvertaken(long count, long lost);
}
