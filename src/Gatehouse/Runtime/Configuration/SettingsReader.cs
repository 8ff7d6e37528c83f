using System.Text.Json;

namespace Gatehouse.Runtime.Configuration;

/// <summary>
/// Holds what was written against the layout: keeps the value of each option that is sound, notes every problem. What is read later wins.
/// </summary>
internal sealed class SettingsReader(SettingsLayout layout)
{
    private readonly Dictionary<Option, (SettingsNode Node, object? Value)> _given = [];
    private readonly HashSet<Option> _faulty = [];

    public List<SettingsProblem> Problems { get; } = [];

    /// <summary>What an option was given so far; null when nothing sound.</summary>
    public SettingsNode? Given(Option option) => _given.TryGetValue(option, out var given) ? given.Node : null;

    /// <summary>Reads what was written for an option, or for an object of options.</summary>
    public void Read(Option option, SettingsNode node)
    {
        if (option.Kind == OptionKind.Object)
        {
            if (!Fits(option, node, option.Path)) return;
            foreach (var (member, value) in Known(option, node, option.Path)) Read(member, value);
        }
        else if (TryValue(option, node, option.Path, out var value))
        {
            _given[option] = (node, value);
        }
        else
        {
            _faulty.Add(option);
        }
    }

    /// <summary>Defaults where nothing was given. Checks the rules between options, save those that read a faulty one.</summary>
    public Settings Build(string file)
    {
        var settings = new Settings(layout.Sections.ToDictionary(section => section.Section!, section => section.Json!.CreateObject!()));
        foreach (var (option, (_, value)) in _given) option.Set(settings.Of(option), value);
        foreach (var rule in SettingsRules.Broken(layout, settings))
        {
            if (rule.Reads.Any(_faulty.Contains)) continue;
            Problems.Add(rule.Reads.Select(Given).FirstOrDefault(node => node is not null) is { } node
                ? node.Problem(SettingsProblemKind.OutOfBounds, rule.At.Path, rule.Message)
                : new SettingsProblem(SettingsProblemKind.OutOfBounds, file, 1, 1, rule.At.Path, rule.Message));
        }
        return settings;
    }

    private bool TryValue(Option option, SettingsNode node, string path, out object? value)
    {
        value = null;
        if (node.Kind == JsonValueKind.Null && option.IsNullable) return true;
        if (!Fits(option, node, path) || !PartsAreSound(option, node, path)) return false;
        try
        {
            value = node.Deserialize(option.Json!);
        }
        catch (JsonException)
        {
            // Its own words name types and bytes; ours say what belongs there.
            return Unexpected(SettingsProblemKind.BadValue, option, node, path);
        }
        if (value is double real && !double.IsFinite(real)) return Unexpected(SettingsProblemKind.BadValue, option, node, path);
        var result = value;
        if (!option.Rules.All(rule => rule.IsValid(result))) return Unexpected(SettingsProblemKind.OutOfBounds, option, node, path);
        return option.Kind != OptionKind.Object || KeepsRules(option, node, path, value!);
    }

    private bool Fits(Option option, SettingsNode node, string path) =>
        option.Accepts(node.Kind)
        || Unexpected(node.Kind == JsonValueKind.Null ? SettingsProblemKind.Null : SettingsProblemKind.WrongType, option, node, path);

    private bool PartsAreSound(Option option, SettingsNode node, string path)
    {
        var before = Problems.Count;
        switch (option.Kind)
        {
            case OptionKind.Object:
                foreach (var (member, value) in Known(option, node, path)) Check(member, value, SettingsLayout.Join(path, member.Name));
                break;
            case OptionKind.Map:
                foreach (var (name, _, value) in Once(node, path)) Check(option.Element!, value, SettingsLayout.Join(path, name));
                break;
            case OptionKind.List:
                foreach (var (i, item) in node.Items.Index()) Check(option.Element!, item, FormattableString.Invariant($"{path}[{i}]"));
                break;
            case OptionKind.Choice when !option.Choices.Contains(node.Scalar):
                var near = NearestName.Find(node.Scalar, option.Choices);
                Unexpected(SettingsProblemKind.BadValue, option, node, path, SettingsLayout.DidYouMean([near]));
                break;
        }
        return Problems.Count == before;

        void Check(Option part, SettingsNode value, string partPath) => TryValue(part, value, partPath, out _);
    }

    private bool KeepsRules(Option option, SettingsNode node, string path, object value)
    {
        var before = Problems.Count;
        foreach (var rule in SettingsRules.Broken(option, value))
        {
            var at = node.Members.FirstOrDefault(member => member.Name == rule.At.Name)?.Value ?? node;
            Problems.Add(at.Problem(SettingsProblemKind.OutOfBounds, path + rule.At.Path[option.Path.Length..], rule.Message));
        }
        return Problems.Count == before;
    }

    private IEnumerable<(Option Member, SettingsNode Value)> Known(Option option, SettingsNode node, string path)
    {
        foreach (var (name, offset, value) in Once(node, path))
        {
            if (option.Member(name) is { } member) yield return (member, value);
            else if (option != layout.Root || name != SettingsSchema.RootMember) Unknown(option, name, offset, node, path);
        }
    }

    private IEnumerable<SettingsMember> Once(SettingsNode node, string path)
    {
        var first = new Dictionary<string, int>();
        foreach (var member in node.Members)
        {
            if (first.TryAdd(member.Name, member.Offset))
            {
                yield return member;
                continue;
            }
            var line = node.Text.At(first[member.Name]).Line;
            var message = $"it is given twice, first on line {line}; keep one";
            Problems.Add(node.Text.Problem(SettingsProblemKind.Duplicate, member.Offset, SettingsLayout.Join(path, member.Name), message));
        }
    }

    private void Unknown(Option parent, string name, int offset, SettingsNode node, string path) =>
        Problems.Add(node.Text.Problem(
            SettingsProblemKind.Unknown, offset, SettingsLayout.Join(path, name), "unknown option" + layout.Suggest(parent, name, path)));

    private bool Unexpected(SettingsProblemKind kind, Option option, SettingsNode node, string path, string hint = "")
    {
        Problems.Add(node.Problem(kind, path, $"expected {OptionWords.Expected(option)}, found {node.Found}{hint}"));
        return false;
    }
}
