using Gatehouse.Drivers.System;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;
using Gatehouse.Web;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests;

public sealed class SettingsCatalogTests
{
    private const string Levels = "expected one of trace, debug, information, warning, error, critical, none";
    private const string Token = "expected 16 to 1024 characters without blanks or null";
    private const string Endpoint = "expected an address and a port such as 127.0.0.1:8080, [::]:8080 or localhost:8080";

    [Fact]
    public void The_schema_in_the_repository_is_that_of_the_options() => Assert.True(
        Repository.Read("deploy/gatehouse.schema.json") == SettingsSchema.Export(SettingsCatalog.Layout),
        "deploy/gatehouse.schema.json differs from the options. Write it anew: gatehouse schema > deploy/gatehouse.schema.json");

    [Fact]
    public void The_reference_in_the_repository_is_that_of_the_options() => Assert.True(
        Repository.Read("docs/configuration.md") == SettingsReference.Export(SettingsCatalog.Layout),
        "docs/configuration.md differs from the options. Write it anew: gatehouse schema --markdown > docs/configuration.md");

    [Fact]
    public void The_defaults_are_sound()
    {
        // As written options they pass every rule; as mere defaults they would pass only those between options.
        var defaults = Load(null).Settings!;
        var overrides = SettingsCatalog.Layout.Options.Select(option => $"{option.Path}={defaults.Text(option)}");
        Assert.Empty(SettingsLoader.Load(SettingsCatalog.Layout, "gatehouse.json", null, [.. overrides]).Problems);
        Assert.Equal("localhost", defaults.Get<HubOptions>().Name);
    }

    [Fact]
    public void The_example_of_the_reference_is_sound()
    {
        var page = SettingsReference.Export(SettingsCatalog.Layout);
        var start = page.IndexOf("```json", StringComparison.Ordinal) + 7;
        var settings = Load(page[start..page.IndexOf("```", start, StringComparison.Ordinal)]).Settings!;
        Assert.Equal("attic", settings.Get<HubOptions>().Name);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Get<SystemDriverOptions>().Interval);
    }

    [Fact]
    public void A_known_option_in_the_wrong_place_is_led_to_its_section() => Assert.Equal(
        [
            "gatehouse.json:1:2: listen: unknown option; did you mean 'web.listen'?",
            "gatehouse.json:1:30: drivers.sytem: unknown option; did you mean 'drivers.system'?",
        ],
        Load("""{"listen": null, "drivers": {"sytem": {}}}""").Problems.Select(problem => problem.ToString()));

    [Theory]
    [InlineData("hub.name=a.b", "expected 1 to 63 letters, digits, '-' or '_', found the text \"a.b\"")]
    [InlineData("hub.name=", "expected 1 to 63 letters, digits, '-' or '_', found the text \"\"")]
    [InlineData("log.level=warn", $"{Levels}, found the text \"warn\"")]
    [InlineData("log.levels.Gatehouse.Tree=debgu", $"{Levels}, found the text \"debgu\"; did you mean 'debug'?")]
    [InlineData("tree.ringSize=3000", "expected a power of two such as 2048 or 4096, found 3000")]
    [InlineData("tree.ringSize=512", "expected a whole number from 1024 to 16777216, found 512")]
    [InlineData("drivers.system.interval=50ms", "expected a duration from 100ms to 1h, found the text \"50ms\"")]
    [InlineData("drivers.system.proc=", "expected a directory, found the text \"\"")]
    [InlineData("drivers.system.room=", "expected 1 to 64 characters or null, found the text \"\"")]
    [InlineData("web.names=[\"hub.lan\",\"hub:80\"]", "expected names of hosts, without port, found \"hub:80\"")]
    [InlineData("web.token=short", $"{Token}, found the text \"short\"")]
    [InlineData("web.token=a token of words", $"{Token}, found the text \"a token of words\"")]
    [InlineData("web.listen=0.0.0.0", $"{Endpoint}, found \"0.0.0.0\"")]
    [InlineData("web.listen=::0", $"{Endpoint}, found \"::0\"")]
    [InlineData("web.listen=::1", $"{Endpoint}, found \"::1\"")]
    [InlineData("web.listen=localhost:99999", $"{Endpoint}, found \"localhost:99999\"")]
    [InlineData("web.listen=hub:80", $"{Endpoint}, found \"hub:80\"")]
    public void A_bad_value_is_refused(string argument, string message) =>
        Assert.Equal(message, Assert.Single(Load(null, argument).Problems).Message);

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::1]:8080")]
    [InlineData("localhost:8080")]
    public void An_address_and_a_port_can_be_listened_on(string listen) =>
        Assert.Equal(listen, Load(null, "web.listen=" + listen).Settings!.Get<WebOptions>().Listen);

    [Fact]
    public void Listening_beyond_the_loopback_is_allowed_since_one_has_to_sign_in()
    {
        var web = Load(null, "web.listen=0.0.0.0:80").Settings!.Get<WebOptions>();
        Assert.Equal((false, false, null), (web.Insecure, web.Open, web.Token));
    }

    [Fact]
    public void Categories_have_levels_of_their_own()
    {
        var log = Load("""{"log": {"level": "none", "levels": {"Gatehouse.Tree": "trace"}}}""").Settings!.Get<LogOptions>();
        Assert.Equal(LogLevel.None, log.Level);
        Assert.Equal(LogLevel.Trace, log.Levels["Gatehouse.Tree"]);
        Assert.Equal(65536, Load(null).Settings!.Get<TreeOptions>().RingSize);
    }

    private static SettingsLoad Load(string? text, params string[] overrides) => SettingsLoader.Load(
        SettingsCatalog.Layout, "gatehouse.json", text is null ? null : System.Text.Encoding.UTF8.GetBytes(text), overrides);
}
