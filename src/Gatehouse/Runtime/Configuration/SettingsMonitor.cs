namespace Gatehouse.Runtime.Configuration;

/// <summary>
/// The settings that hold now. A reload replaces them and tells the parts that follow, one after the other, on the thread that reloads.
/// Any thread.
/// </summary>
internal sealed partial class SettingsMonitor(
    SettingsLayout layout, SettingsSource source, Settings current, ILogger<SettingsMonitor> logger)
{
    private readonly Lock _reloading = new();
    private readonly Lock _followersGate = new();
    private readonly List<Follower> _followers = [];
    private volatile Settings _current = current;

    public Settings Current => _current;

    /// <summary>Calls <paramref name="changed"/> with the new options of a section after each reload that changed one.</summary>
    /// <remarks>Follow first and read <see cref="Current"/> then: a change in between is then seen twice rather than never.</remarks>
    /// <exception cref="ArgumentException">No option of the section is hot, so that nothing would ever be called.</exception>
    public IDisposable OnChange<T>(Action<T> changed)
        where T : class
    {
        if (!layout.Options.Any(option => option.IsHot && option.Section == typeof(T)))
        {
            throw new ArgumentException($"No option of {typeof(T).Name} changes without a restart.");
        }
        var follower = new Follower(this, typeof(T), settings => changed(settings.Get<T>()));
        lock (_followersGate) _followers.Add(follower);
        return follower;
    }

    /// <summary>Reads file and command line again. Hot options take effect; with any problem in the text, nothing does.</summary>
    public SettingsReload Reload()
    {
        lock (_reloading)
        {
            var reload = Plan(source.Load(layout));
            foreach (var problem in reload.Problems) LogRefused(problem);
            if (reload.Problems.Count > 0) return reload;

            _current = reload.Settings;
            foreach (var change in reload.Applied) LogApplied(change.Option.Path, change.Old, change.New);
            foreach (var change in reload.NeedsRestart) LogNeedsRestart(change.Option.Path, change.Old, change.New);
            return reload with { Problems = Tell(reload) };
        }
    }

    private SettingsReload Plan(SettingsLoad load)
    {
        var running = _current;
        if (!load.IsSound) return SettingsReload.Refused(running, load.Problems);
        var reload = SettingsReload.Between(layout, running, load.Settings);
        const string Why = " (while the options that need a restart keep their old values)";
        var broken = SettingsRules.Broken(layout, reload.Settings).ToList()
            .ConvertAll(rule => Problem(SettingsProblemKind.OutOfBounds, rule.At.Path, rule.Message + Why));
        return broken.Count == 0 ? reload : SettingsReload.Refused(running, broken);
    }

    private List<SettingsProblem> Tell(SettingsReload reload)
    {
        var changed = reload.Applied.Select(change => change.Option.Section).ToHashSet();
        Follower[] followers;
        lock (_followersGate) followers = [.. _followers.Where(follower => changed.Contains(follower.Section))];
        List<SettingsProblem> problems = [];
        foreach (var follower in followers)
        {
            try
            {
                follower.Changed(reload.Settings);
            }
            catch (Exception e)
            {
                // One part that fails must not keep the others from following.
                var path = layout.Sections.First(section => section.Section == follower.Section).Path;
                LogNotApplied(e, path);
                problems.Add(Problem(SettingsProblemKind.NotApplied, path, $"the change could not be applied: {e.Message}"));
            }
        }
        return problems;
    }

    private SettingsProblem Problem(SettingsProblemKind kind, string path, string message) => new(kind, source.File, 1, 1, path, message);

    private sealed class Follower(SettingsMonitor monitor, Type section, Action<Settings> changed) : IDisposable
    {
        public Type Section => section;

        public Action<Settings> Changed => changed;

        public void Dispose()
        {
            lock (monitor._followersGate) monitor._followers.Remove(this);
        }
    }
}
