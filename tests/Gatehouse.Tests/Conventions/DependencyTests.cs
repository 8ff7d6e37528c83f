using System.Reflection;
using System.Text.RegularExpressions;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Conventions;

public sealed partial class DependencyTests
{
    private static readonly Rooms Hub = new();

    [Fact]
    public void The_hub_keeps_to_the_table() => Rule.Holds(
        from use in TypeUses.In(Assembly.Load("Gatehouse"))
        let fault = Fault(Room(use.From), Room(use.To))
        where fault is not null
        select $"{fault}: {use.From} uses {use.To}");

    [Fact]
    public void The_sdk_does_not_know_the_hub() => Rule.Holds(
        from use in TypeUses.In(Assembly.Load("Gatehouse.Sdk"))
        where Room(use.From) == "Sdk" && Room(use.To) is not (null or "Sdk")
        select $"{use.From} uses {use.To}");

    // What the metadata cannot show, constants and nameof, still needs a using.
    [Fact]
    public void The_usings_keep_to_the_table() => Rule.Holds(
        from path in Repository.Code
        where path.StartsWith("src/Gatehouse/", StringComparison.Ordinal)
        from line in Repository.Lines(path)
        let match = Using.Match(line)
        where match.Success
        let fault = Fault(Hub.Of(SpaceOf(path)), Hub.Of(match.Groups[1].Value))
        where fault is not null
        select $"{path}: {fault}");

    [Fact]
    public void A_namespace_is_its_folder() => Rule.Holds(
        from path in Repository.Code
        let space = Repository.Lines(path).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
        where space is not null && space != $"namespace {SpaceOf(path)};"
        select $"{path}: {space}");

    [Fact]
    public void The_documents_show_the_same_table()
    {
        var blocks = Repository.Read("docs/architecture.md").Split("```\n");
        var shown = blocks.Single(block => block.StartsWith("Sdk <", StringComparison.Ordinal));
        Assert.Equal(Rooms.Table.Split('\n'), shown.Split('<').Select(line => line.Trim()));
    }

    [Theory]
    [InlineData("Tree", "Runtime")]
    [InlineData("Tree", "Sdk")]
    [InlineData("Tree", "Tree")]
    [InlineData("Connectors.Clone", "Tree")]
    [InlineData("Connectors.Clone", "Connectors")]
    [InlineData("Connectors", "Connectors.Clone")]
    [InlineData("Program", "Drivers.System")]
    public void A_room_sees_itself_and_what_is_lower(string from, string to) => Assert.Null(Hub.Fault(from, to));

    [Theory]
    [InlineData("Runtime", "Tree")]
    [InlineData("Tree", "Services")]
    [InlineData("Tree", "Program")]
    [InlineData("Connectors.Clone", "Connectors.Majordomo")]
    [InlineData("Connectors.Clone", "Drivers.System")]
    [InlineData("Connectors.Clone", "Drivers")]
    [InlineData("Cellar", "Sdk")]
    [InlineData("Program", "Cellar")]
    public void A_room_sees_nothing_else(string from, string to) => Assert.NotNull(Hub.Fault(from, to));

    [Theory]
    [InlineData("Gatehouse", "Program")]
    [InlineData("Gatehouse.Sdk.Values", "Sdk")]
    [InlineData("Gatehouse.Runtime.Supervision", "Runtime")]
    [InlineData("Gatehouse.Connectors", "Connectors")]
    [InlineData("Gatehouse.Connectors.Majordomo.Titanic", "Connectors.Majordomo")]
    [InlineData("System.Text", null)]
    public void A_namespace_belongs_to_a_room(string space, string? room) => Assert.Equal(room, Hub.Of(space));

    [Theory]
    [InlineData(nameof(ByTest))]
    [InlineData(nameof(ByAttribute))]
    [InlineData(nameof(ByConstraint<>))]
    [InlineData(nameof(BySignature))]
    [InlineData(nameof(ByLambda))]
    [InlineData(nameof(ByCatch))]
    [InlineData(nameof(AfterSwitch))]
    public void A_use_is_found_wherever_it_is(string user)
    {
        var here = typeof(DependencyTests).Namespace!;
        var generic = user == nameof(ByConstraint<>) ? user + "`1" : user;
        var found = TypeUses.In(typeof(DependencyTests).Assembly).Where(use => use.From == new TypeName(here, generic));
        Assert.Contains(new TypeName(here, nameof(MadeUpException)), found.Select(use => use.To));
    }

    private static string? Room(TypeName type) => type == new TypeName("", "Program") ? "Program" : Hub.Of(type.Space);

    private static string? Fault(string? from, string? to) => from is null || to is null ? null : Hub.Fault(from, to);

    /// <summary>src/Gatehouse/Tree/Watch.cs is in Gatehouse.Tree.</summary>
    private static string SpaceOf(string path) => string.Join('.', path.Split('/')[1..^1]);

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?(?:global::)?(Gatehouse\.[\w.]+?)(?:<.*)?;")]
    private static partial Regex Using { get; }
}
