using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Tests.Runtime.Configuration;

public sealed class SettingsReloadTests
{
    [Fact]
    public void Hot_options_take_effect_and_cold_ones_keep_their_old_value()
    {
        var reload = Between(
            "{}", """{"sample": {"port": 81, "title": "ě", "inner": {"most": 9}}, "group": {"deep": {"enabled": false}}}""");
        Assert.Equal(["sample.port: 80 -> 81", "sample.inner.most: 2 -> 9"], Lines(reload.Applied));
        Assert.Equal(["sample.title: null -> \"ě\"", "group.deep.enabled: true -> false"], Lines(reload.NeedsRestart));
        var sample = reload.Settings.Get<SampleOptions>();
        Assert.Equal((81, null, 1, 9), (sample.Port, sample.Title, sample.Inner.Least, sample.Inner.Most));
        Assert.True(reload.Settings.Get<DeepOptions>().Enabled);
    }

    [Fact]
    public void What_needs_a_restart_is_told_again_until_it_has_come()
    {
        const string Text = """{"sample": {"title": "a", "port": 81}}""";
        var again = SettingsReload.Between(Samples.Layout, Between("{}", Text).Settings, Samples.Sound(Samples.Load(Text)));
        Assert.Empty(again.Applied);
        Assert.Equal(["sample.title: null -> \"a\""], Lines(again.NeedsRestart));
    }

    [Fact]
    public void Lists_and_maps_change_as_a_whole() => Assert.Equal(
        ["sample.names: [\"a\"] -> [\"a\",\"b\"]", "sample.moods: {} -> {\"x\":\"veryBusy\"}"],
        Lines(Between(
            """{"sample": {"names": ["a"]}}""",
            """{"sample": {"names": ["a", "b"], "moods": {"x": "veryBusy"}}}""").NeedsRestart));

    [Fact]
    public void The_same_in_other_words_is_no_change()
    {
        var reload = Between("""{"sample": {"wait": "60s", "port": 80}}""", """{"sample": {"wait": 60.0}}""");
        Assert.Empty(reload.Applied);
        Assert.Empty(reload.NeedsRestart);
    }

    private static SettingsReload Between(string running, string loaded) =>
        SettingsReload.Between(Samples.Layout, Samples.Sound(Samples.Load(running)), Samples.Sound(Samples.Load(loaded)));

    private static IEnumerable<string> Lines(IEnumerable<OptionChange> changes) =>
        changes.Select(change => $"{change.Option.Path}: {change.Old} -> {change.New}");
}
