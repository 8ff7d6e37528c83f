using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Runtime.Configuration;

/// <summary>Settings, or every reason why there are none.</summary>
internal sealed record SettingsLoad(Settings? Settings, IReadOnlyList<SettingsProblem> Problems)
{
    [MemberNotNullWhen(true, nameof(Settings))]
    public bool IsSound => Settings is not null;
}

/// <summary>Text in, settings out: defaults, then the file, then each <c>--set</c> in its order. Pure.</summary>
internal static class SettingsLoader
{
    public const string DefaultFile = "gatehouse.json";

    /// <param name="layout">What there is to set.</param>
    /// <param name="file">The file's name in problems.</param>
    /// <param name="utf8">What the file holds, from outside; null when there is no file.</param>
    /// <param name="overrides">The arguments of <c>--set</c>.</param>
    public static SettingsLoad Load(SettingsLayout layout, string file, byte[]? utf8, params IReadOnlyList<string> overrides)
    {
        var reader = new SettingsReader(layout);
        if (utf8 is not null)
        {
            if (SettingsParser.Parse(new SettingsText(file, utf8), 0, out var problem) is { } root) reader.Read(layout.Root, root);
            else reader.Problems.Add(problem!);
        }
        foreach (var argument in overrides) SettingsOverride.Read(argument, layout, reader);
        var settings = reader.Build(file);
        return reader.Problems.Count == 0
            ? new SettingsLoad(settings, [])
            : new SettingsLoad(null, [.. reader.Problems.OrderBy(problem => problem.File == SettingsText.CommandLine).ThenBy(InText)]);
    }

    // Problems of the command line keep the order of its arguments: their lines and columns each count from their own start.
    private static (int Line, int Column) InText(SettingsProblem problem) =>
        problem.File == SettingsText.CommandLine ? (0, 0) : (problem.Line, problem.Column);
}
