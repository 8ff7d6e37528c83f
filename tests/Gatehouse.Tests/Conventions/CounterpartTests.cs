using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Conventions;

/// <summary>Whoever moves over finds what he had: each counterpart that a document of docs/moving names is there.</summary>
public sealed class CounterpartTests
{
    public static TheoryData<string> Documents =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs/moving"), "*.md").Select(path => Path.GetFileName(path))];

    [Theory, MemberData(nameof(Documents))]
    public void Every_counterpart_is_there(string document)
    {
        var rows = Counterparts.In(Repository.Read($"docs/moving/{document}")).ToList();
        Assert.True(rows.Count > 0, $"docs/moving/{document} has no table of counterparts: its second column is headed Gatehouse.Sdk");
        Rule.Holds(rows.Select(Counterparts.Fault).OfType<string>());
    }

    [Fact]
    public void The_rows_of_tables_of_counterparts_are_found()
    {
        const string Document = """
            | word | meaning |
            |---|---|
            | one | `Nothing` |

            | RasPy | Gatehouse.Sdk | what differs |
            |---|---|---|
            | `a\|b` | `Value` | nothing |
            | `gone` |

            after it
            | loose | `Nothing` |
            """;
        Assert.Equal([("`a\\|b`", "`Value`"), ("`gone`", "")], Counterparts.In(Document));
    }

    [Theory]
    [InlineData("`Value`")]
    [InlineData("`Value.Kind`")]
    [InlineData("`ValueKind.Json`, or `Value.FromJson` beside it")]
    [InlineData("`HubClient.GetAsync`")]
    [InlineData("`TemperatureSensor.ExecuteAsync`")]
    public void What_is_there_is_right(string counterpart) => Assert.Null(Counterparts.Fault(("x", counterpart)));

    [Theory]
    [InlineData("x", "")]
    [InlineData("x", "Value.Kind")]
    [InlineData("x", "—")]
    [InlineData("x", "`Worth`")]
    [InlineData("x", "`Value.Worth`")]
    [InlineData("x", "`Value.Kind` and `Value.Worth`")]
    [InlineData("x", "`Values.Value.Kind`")]
    [InlineData("x", "`JsonStyle`")]
    [InlineData("x", "`Device.Rename`")]
    [InlineData("", "`Value`")]
    public void What_is_not_there_is_found(string original, string counterpart) =>
        Assert.NotNull(Counterparts.Fault((original, counterpart)));
}
