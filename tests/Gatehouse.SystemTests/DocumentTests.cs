using System.Text.RegularExpressions;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>
/// What the documents show is so: each <c>$ command</c> of a console block runs, and prints what stands below it, where … is anything.
/// </summary>
public sealed class DocumentTests
{
    private static readonly string[] Documents =
    [
        "README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/history.md", "docs/page.md", "docs/security.md",
        "docs/majordomo.md", "docs/zeromq.md", "docs/titanic.md",
        "deploy/README.md",
        .. Directory.GetFiles(Repository.PathOf("docs/moving"), "*.md"),
    ];

    [Fact]
    public async Task Commands_in_the_documents_print_what_stands_there()
    {
        await using var hub = await HubRunner.StartAsync();
        await UntilThereAsync(hub, "/device/localhost.system.cpu/load");
        var examples = Documents.SelectMany(d => Examples(File.ReadAllText(Repository.PathOf(d)))).ToList();
        Assert.True(examples.Count >= 9, $"Only {examples.Count} commands were found.");
        foreach (var (command, expected) in examples)
        {
            await using var shell = hub.RunShell(command);
            var ended = await shell.EndAsync();
            Assert.True(ended.Code == 0, $"$ {command}\nended with {ended.Code}\n{ended.Output}{ended.Error}");
            Assert.True(IsLike(ended.Output, expected), $"$ {command}\nprinted\n{ended.Output}\nnot\n{expected}");
        }
    }

    [Fact]
    public void The_sample_in_the_readme_is_the_file() => Assert.Contains(
        File.ReadAllText(Repository.PathOf("README.md")).Split("```csharp\n")[1].Split("```")[0],
        File.ReadAllText(Repository.PathOf("samples/load-warning.cs")),
        StringComparison.Ordinal);

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        foreach (var document in Documents)
        {
            var folder = Path.GetDirectoryName(Repository.PathOf(document))!;
            var links = Regex.Matches(
                File.ReadAllText(Repository.PathOf(document)), @"\]\((?!https?:)([^)#]+)|(?:src|srcset)=""([^""]+)""");
            Assert.All(links, link =>
            {
                var target = link.Groups[1].Success ? link.Groups[1].Value : link.Groups[2].Value;
                Assert.True(Path.Exists(Path.Combine(folder, target)), $"{document} links to {target}.");
            });
        }
    }

    private static bool IsLike(string output, string pattern)
    {
        var expected = Regex.Escape(pattern.Trim()).Replace("…", ".*", StringComparison.Ordinal);
        return Regex.IsMatch(output.Trim(), $"^{expected}$", RegexOptions.Singleline);
    }

    private static IEnumerable<(string Command, string Expected)> Examples(string document) =>
        Regex.Matches(document, "```console\n(.*?)```", RegexOptions.Singleline)
            .SelectMany(block => Regex.Split("\n" + block.Groups[1].Value, @"\n\$ ").Skip(1))
            .Select(example => example.Split('\n', 2) is [var command, var expected] ? (command, expected) : (example, ""));

    private static async Task UntilThereAsync(HubRunner hub, string key)
    {
        await using var watch = hub.RunCommand("watch", key);
        await watch.OutputLineAsync(line => line.Contains(key, StringComparison.Ordinal));
    }
}
