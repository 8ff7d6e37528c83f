using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Gatehouse.Runtime.Configuration;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Runtime.Configuration;

public sealed partial class SettingsMonitorTests : IDisposable, ILogger<SettingsMonitor>
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".json");
    private readonly List<string> _log = [];

    [Fact]
    public void A_reload_applies_hot_options_and_tells_who_follows_the_section()
    {
        var monitor = Monitor();
        List<int> ports = [];
        using var follower = monitor.OnChange<SampleOptions>(options => ports.Add(options.Port));

        var reload = Reload(monitor, """{"sample": {"port": 81, "title": "a"}}""");

        Assert.Equal([81], ports);
        Assert.Same(reload.Settings, monitor.Current);
        Assert.Equal((81, null), (monitor.Current.Get<SampleOptions>().Port, monitor.Current.Get<SampleOptions>().Title));
        Assert.Equal(
            [
                "Information sample.port is now 81; it was 80",
                "Warning sample.title changed to \"a\" in the settings, but stays null until the hub is restarted",
            ],
            _log);
    }

    [Fact]
    public void Who_follows_hears_nothing_without_a_hot_change_or_after_leaving()
    {
        var monitor = Monitor();
        var heard = 0;
        var follower = monitor.OnChange<SampleOptions>(_ => heard++);
        Reload(monitor, """{"sample": {"title": "a"}, "group": {"deep": {"enabled": false}}}""");
        Assert.Equal(0, heard);
        Reload(monitor, """{"sample": {"port": 81}}""");
        Assert.Equal(1, heard);
        follower.Dispose();
        Reload(monitor, """{"sample": {"port": 82}}""");
        Assert.Equal(1, heard);
        Assert.Throws<ArgumentException>(() => monitor.OnChange<DeepOptions>(_ => heard++));
    }

    [Fact]
    public void With_a_problem_the_old_settings_stay()
    {
        var monitor = Monitor();
        var before = monitor.Current;
        var reload = Reload(monitor, """{"sample": {"port": 81, "count": "x"}}""");
        Assert.Same(before, monitor.Current);
        Assert.Same(before, reload.Settings);
        Assert.Empty(reload.Applied);
        var problem = Assert.Single(reload.Problems);
        Assert.Equal(_file, problem.File);
        Assert.Equal([$"Error The settings stay as they were: {problem}"], _log);
    }

    [Fact]
    public void A_part_that_fails_to_follow_is_reported_and_the_others_follow()
    {
        var monitor = Monitor();
        var heard = 0;
        using var first = monitor.OnChange<SampleOptions>(_ => throw new InvalidOperationException("no room"));
        using var second = monitor.OnChange<SampleOptions>(_ => heard++);
        var reload = Reload(monitor, """{"sample": {"port": 81}}""");
        Assert.Equal(1, heard);
        Assert.Equal(SettingsProblemKind.NotApplied, Assert.Single(reload.Problems).Kind);
        Assert.Contains("no room", reload.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("Error sample changed in the settings, but its part could not follow; restart the hub", _log);
    }

    [Fact]
    public void New_hot_values_that_do_not_fit_the_old_cold_ones_are_refused()
    {
        var layout = new SettingsLayout(new SettingsSection("mixed", MixedJson.Default.MixedOptions));
        var source = new SettingsSource(_file, true, []);
        var monitor = new SettingsMonitor(layout, source, source.Load(layout).Settings!, this);
        var reload = Reload(monitor, """{"mixed": {"least": 5, "most": 6}}""");
        Assert.Equal(
            $"{_file}:1:1: mixed.least: least is above most (while the options that need a restart keep their old values)",
            Assert.Single(reload.Problems).ToString());
        Assert.Equal(1, monitor.Current.Get<MixedOptions>().Least);
    }

    [Fact]
    public async Task A_change_is_told_once_however_many_threads_reload()
    {
        const int Rounds = 200;
        var monitor = Monitor();
        List<int> heard = [];
        using var follower = monitor.OnChange<SampleOptions>(options => heard.Add(options.Port));
        using var start = new Barrier(4, barrier => File.WriteAllText(_file, $$$"""{"sample": {"port": {{{barrier.CurrentPhaseNumber + 1000}}}}}"""));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    start.SignalAndWait(TestContext.Current.CancellationToken);
                    monitor.Reload();
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Equal(Enumerable.Range(1000, Rounds), heard);
    }

    [Fact]
    public async Task The_signal_reloads_and_does_not_end_the_program()
    {
        // Keeps this process alive when the registration under test is missing.
        using var guard = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
        var monitor = Monitor();
        var heard = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var follower = monitor.OnChange<SampleOptions>(options => heard.SetResult(options.Port));
        await File.WriteAllTextAsync(_file, """{"sample": {"port": 81}}""", TestContext.Current.CancellationToken);
        using (new ReloadSignal(() => monitor.Reload()))
        {
            Assert.Equal(0, Kill(Environment.ProcessId, 1));
            Assert.Equal(81, await heard.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void A_file_that_was_asked_for_must_be_there()
    {
        Assert.True(new SettingsSource(_file, true, []).Load(Samples.Layout).IsSound);
        Assert.True(new SettingsSource(Path.Combine(_file, "deeper.json"), true, []).Load(Samples.Layout).IsSound);
        var load = new SettingsSource(_file, false, ["x=1"]).Load(Samples.Layout);
        Assert.Equal([SettingsProblemKind.Unreadable, SettingsProblemKind.Unknown], load.Problems.Select(problem => problem.Kind));
    }

    [Fact]
    public void A_directory_is_no_file()
    {
        var load = new SettingsSource(Path.GetTempPath(), true, []).Load(Samples.Layout);
        Assert.Equal(SettingsProblemKind.Unreadable, Assert.Single(load.Problems).Kind);
    }

    [Fact]
    public void The_command_line_still_wins_after_a_reload()
    {
        var monitor = Monitor("sample.port=90");
        var reload = Reload(monitor, """{"sample": {"port": 81}}""");
        Assert.Empty(reload.Applied);
        Assert.Equal(90, monitor.Current.Get<SampleOptions>().Port);
    }

    public void Dispose() => File.Delete(_file);

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _log.Add($"{logLevel} {formatter(state, exception)}");

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private SettingsMonitor Monitor(params string[] overrides)
    {
        var source = new SettingsSource(_file, true, overrides);
        return new SettingsMonitor(Samples.Layout, source, Samples.Sound(source.Load(Samples.Layout)), this);
    }

    private SettingsReload Reload(SettingsMonitor monitor, string text)
    {
        File.WriteAllText(_file, text);
        return monitor.Reload();
    }
}

/// <summary>A rule that joins a hot option with a cold one.</summary>
[Description("Mixed.")]
internal sealed class MixedOptions : IValidatableObject
{
    [Description("The least.")]
    [HotReload]
    public int Least { get; set; } = 1;

    [Description("The most.")]
    public int Most { get; set; } = 2;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Least > Most) yield return new ValidationResult("least is above most", [nameof(Least), nameof(Most)]);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MixedOptions))]
internal sealed partial class MixedJson : JsonSerializerContext;
