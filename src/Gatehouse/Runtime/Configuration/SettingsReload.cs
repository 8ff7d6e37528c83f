namespace Gatehouse.Runtime.Configuration;

/// <summary>One option that changed; its values as JSON.</summary>
internal sealed record OptionChange(Option Option, string Old, string New);

/// <summary>What a reload comes to: the settings that hold from then on, and which changes they do and do not include.</summary>
/// <param name="Settings">New values of hot options, old values of all others, so that program and report agree.</param>
/// <param name="Applied">Changes that hold at once.</param>
/// <param name="NeedsRestart">Changes that wait for a restart.</param>
/// <param name="Problems">Why nothing was taken, or which part could not follow.</param>
internal sealed record SettingsReload(
    Settings Settings,
    IReadOnlyList<OptionChange> Applied,
    IReadOnlyList<OptionChange> NeedsRestart,
    IReadOnlyList<SettingsProblem> Problems)
{
    /// <summary>Compares option by option. Pure.</summary>
    public static SettingsReload Between(SettingsLayout layout, Settings running, Settings loaded)
    {
        var merged = new Settings(layout.Sections.ToDictionary(section => section.Section!, section => section.Json!.CreateObject!()));
        List<OptionChange> applied = [];
        List<OptionChange> needsRestart = [];
        foreach (var option in layout.Options)
        {
            var change = new OptionChange(option, running.Text(option), loaded.Text(option));
            if (change.Old != change.New) (option.IsHot ? applied : needsRestart).Add(change);
            option.Set(merged.Of(option), option.Get((option.IsHot ? loaded : running).Of(option)));
        }
        return new SettingsReload(merged, applied, needsRestart, []);
    }

    /// <summary>Nothing changes, for these reasons.</summary>
    public static SettingsReload Refused(Settings running, IReadOnlyList<SettingsProblem> problems) => new(running, [], [], problems);
}
