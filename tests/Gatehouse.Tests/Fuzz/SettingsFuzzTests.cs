using System.Text;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Tests.Fuzz;

/// <summary>The file that people write.</summary>
[Trait("Run", "Fuzz")]
public sealed class SettingsFuzzTests
{
    private static readonly byte[][] Good =
    [
        .. ((string[])[
            """
            {
              // comments and trailing commas are allowed
              "hub": { "name": "hall" },
              "web": { "listen": "127.0.0.1:9000", "names": ["gate.lan"], "insecure": false },
              "log": { "level": "debug", "levels": { "Gatehouse.Tree": "trace" } },
              "drivers": { "system": { "enabled": true, "interval": "5s", "room": "Keller é" } },
              "tree": { "ringSize": 4096 },
            }
            """,
            "{}"]).Select(Encoding.UTF8.GetBytes),
    ];

    [Fact(Explicit = true)]
    public void Settings_are_sound_or_every_problem_has_a_place_in_the_text() => Fuzzer.Run(Good, input =>
    {
        var load = SettingsLoader.Load(SettingsCatalog.Layout, "gatehouse.json", input);
        Assert.Equal(load.IsSound, load.Problems.Count == 0);
        var lines = Encoding.UTF8.GetString(input).Split('\n');
        Assert.All(load.Problems, p => Assert.InRange(p.Line, 1, lines.Length));
        return load.IsSound ? "sound" : load.Problems[0].Kind.ToString();
    }, "sound");
}
