using System.Text.RegularExpressions;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Conventions;

public sealed partial class FormTests
{
    private const int MostLines = 400;
    private const int MostColumns = 140;

    private static readonly string[] EmptyWords = ["Manager", "Helper", "Helpers", "Utils", "Util", "Common", "Base", "Impl"];

    // A partial class has one reason to be: its other part is generated.
    private static readonly string[] Generators =
        ["[LoggerMessage", "[GeneratedRegex", "[LibraryImport", "[OptionsValidator", "JsonSerializerContext", "WebApplicationFactory"];

    [Fact]
    public void No_file_is_long() => Rule.Holds(
        from path in Repository.Code.Concat(Repository.Page)
        let count = Repository.Lines(path).Length
        where count > MostLines
        select $"{path}: {count} lines");

    [Fact]
    public void No_line_is_wide() => Rule.Holds(
        from path in Repository.Code
        from line in Repository.Lines(path).Index()
        where line.Item.Length > MostColumns
        select $"{path}:{line.Index + 1}: {line.Item.Length} columns");

    [Fact]
    public void There_are_no_regions() => Rule.Holds(
        from path in Repository.Code
        from line in Repository.Lines(path)
        where line.TrimStart().StartsWith("#region", StringComparison.Ordinal)
        select path);

    [Fact]
    public void A_type_is_partial_for_a_generator_only() => Rule.Holds(
        from path in Repository.Code
        where Repository.Lines(path).Any(line => Declaration.Match(line).Groups["modifiers"].Value.Contains("partial "))
            && !IsCompleted(path) && !IsCompleted(Path.ChangeExtension(path, ".Log.cs"))
        select path);

    [Fact]
    public void A_type_is_named_for_what_it_is() => Rule.Holds(
        from path in Repository.Code
        from line in Repository.Lines(path)
        let name = Declaration.Match(line).Groups["name"].Value
        where IsEmptyName(name)
        select $"{path}: {name}");

    [Theory]
    [InlineData("public static partial class Foo", "Foo", true)]
    [InlineData("internal readonly record struct Bar(int X);", "Bar", false)]
    [InlineData("    private sealed record Baz : IThing", "Baz", false)]
    [InlineData("file interface IThing { }", "IThing", false)]
    [InlineData("// the class that follows", "", false)]
    [InlineData("var record = 1;", "", false)]
    public void A_declaration_is_recognised(string line, string name, bool isPartial)
    {
        var match = Declaration.Match(line);
        Assert.Equal(name, match.Groups["name"].Value);
        Assert.Equal(isPartial, match.Groups["modifiers"].Value.Contains("partial "));
    }

    [Theory]
    [InlineData("BrokerManager", true)]
    [InlineData("FrameHelper", true)]
    [InlineData("Base", true)]
    [InlineData("Database", false)]
    [InlineData("Frames", false)]
    public void An_empty_name_is_recognised(string name, bool expected) => Assert.Equal(expected, IsEmptyName(name));

    private static bool IsEmptyName(string name) => EmptyWords.Any(word => name.EndsWith(word, StringComparison.Ordinal));

    private static bool IsCompleted(string path)
    {
        var full = Path.Combine(Repository.Root, path);
        return File.Exists(full) && File.ReadAllText(full) is var text && Generators.Any(text.Contains);
    }

    [GeneratedRegex(
        @"^\s*(?<modifiers>(?:(?:public|internal|private|protected|file|sealed|abstract|static|readonly|ref|unsafe|partial) )*)"
        + @"(?:record (?:class |struct )?|class |struct |interface |enum )(?<name>[A-Z]\w*)")]
    private static partial Regex Declaration { get; }
}
