using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.Runtime.Configuration;

/// <summary>All sections as one tree of options: what the loader checks against, and all others walk. Immutable.</summary>
internal sealed class SettingsLayout
{
    private readonly List<Option> _sections = [];
    private readonly List<Option> _options = [];
    private readonly List<string> _paths = [];

    /// <exception cref="ArgumentException">The sections do not fit together, or a class cannot be one; the message says why.</exception>
    public SettingsLayout(params IReadOnlyList<SettingsSection> sections)
    {
        foreach (var section in sections) Place(section);
    }

    public Option Root { get; } = new() { Name = "", Path = "", Kind = OptionKind.Object };

    public IReadOnlyList<Option> Sections => _sections;

    /// <summary>Every option that is not an object of options itself: what has a value, and changes as one.</summary>
    public IReadOnlyList<Option> Options => _options;

    /// <summary>The option at a path. For a path into a map, the map and the rest of the path: the key, which may hold dots.</summary>
    public Option? Find(string path, out string key)
    {
        var (at, rest) = (Root, path);
        while (rest.Length > 0 && at.Kind != OptionKind.Map)
        {
            var dot = rest.IndexOf('.', StringComparison.Ordinal);
            if (at.Member(dot < 0 ? rest : rest[..dot]) is not { } member)
            {
                key = "";
                return null;
            }
            (at, rest) = (member, dot < 0 ? "" : rest[(dot + 1)..]);
        }
        key = rest;
        return at;
    }

    /// <summary>What an unknown name in <paramref name="parent"/> was probably meant to be; the answer ends a sentence.</summary>
    public string Suggest(Option parent, string name, string parentPath)
    {
        if (name.Contains('.', StringComparison.Ordinal) && Find(Join(parentPath, name), out _) is { } nested)
        {
            return $"; a dot does not nest: write \"{nested.Name}\" inside its own object";
        }
        var sibling = NearestName.Find(name, parent.Members.Select(member => member.Name));
        return DidYouMean([sibling is null ? null : Join(parentPath, sibling), Elsewhere(name)]);
    }

    /// <summary>What an unknown whole path was probably meant to be.</summary>
    public string Suggest(string path) =>
        DidYouMean([NearestName.Find(path, _paths) ?? Elsewhere(path[(path.LastIndexOf('.') + 1)..])]);

    public static string DidYouMean(IReadOnlyList<string?> names)
    {
        var known = names.Where(name => name is not null).Distinct().ToList();
        return known.Count == 0 ? "" : $"; did you mean {string.Join(" or ", known.Select(name => $"'{name}'"))}?";
    }

    public static string Join(string parentPath, string name) => parentPath.Length == 0 ? name : $"{parentPath}.{name}";

    private string? Elsewhere(string name) =>
        _paths.Find(path => path.AsSpan(path.LastIndexOf('.') + 1).Equals(name, StringComparison.OrdinalIgnoreCase));

    private void Place(SettingsSection section)
    {
        var group = Root;
        var names = section.Path.Split('.');
        foreach (var name in names[..^1])
        {
            var next = group.Member(name);
            if (next is null)
            {
                next = new Option { Name = name, Path = Join(group.Path, name), Kind = OptionKind.Object };
                group.Members.Add(next);
            }
            group = next;
        }
        if (group.Json is not null || group.Member(names[^1]) is not null) throw Unfit(section.Path, "another section stands there");
        var type = section.Type.Type;
        if (_sections.Exists(other => other.Section == type)) throw Unfit(section.Path, $"{type.Name} is a section already");

        var description = type.GetCustomAttribute<DescriptionAttribute>() ?? throw Unfit(section.Path, "it has no description");
        var root = new Option
        {
            Name = names[^1],
            Path = section.Path,
            Kind = OptionKind.Object,
            Section = type,
            Json = section.Type,
            Description = description.Description,
        };
        group.Members.Add(root);
        _sections.Add(root);
        _paths.Add(root.Path);
        AddMembers(root, isElement: false);
    }

    private void AddMembers(Option holder, bool isElement)
    {
        if (holder.Json!.CreateObject is null) throw Unfit(holder.Path, "it has no constructor without parameters");
        foreach (var property in holder.Json.Properties)
        {
            var member = Describe(property, holder);
            holder.Members.Add(member);
            if (!isElement) _paths.Add(member.Path);
            if (member.Kind == OptionKind.Object) AddMembers(member, isElement);
            else if (!isElement) _options.Add(member);
        }
    }

    private Option Describe(JsonPropertyInfo property, Option holder)
    {
        var path = Join(holder.Path, property.Name);
        if (property.Get is null || property.Set is null || property.CustomConverter is not null)
        {
            throw Unfit(path, "an option is read and set as its type says");
        }
        var json = holder.Json!.Options.GetTypeInfo(property.PropertyType);
        var rules = Attributes<ValidationAttribute>(property).ToList();
        var description = Attributes<DescriptionAttribute>(property).FirstOrDefault() ?? throw Unfit(path, "it has no description");
        var option = new Option
        {
            Name = property.Name,
            Path = path,
            Kind = KindOf(json, path),
            Json = json,
            Property = property,
            Parent = holder,
            Section = holder.Section,
            IsNullable = property.IsSetNullable,
            IsHot = holder.IsHot || Attributes<HotReloadAttribute>(property).Any(),
            Rules = rules,
            Choices = ChoicesOf(json.Type),
            Description = description.Description,
        };
        if (option is { Kind: OptionKind.Object, IsNullable: true }) throw Unfit(path, "an object of options cannot be null");
        CheckRules(rules, json.Type, path);
        AddElement(option);
        return option;
    }

    private static void CheckRules(List<ValidationAttribute> rules, Type type, string path)
    {
        if (rules.Exists(rule => rule is not (RangeAttribute or DurationRangeAttribute) && rule.ErrorMessage is null))
        {
            throw Unfit(path, "each of its rules says in ErrorMessage what it expects");
        }
        // Larger values would overflow in the comparison.
        var isNarrow = rules.Exists(rule => rule is RangeAttribute range && range.OperandType == typeof(int));
        if (isNarrow && (Nullable.GetUnderlyingType(type) ?? type) != typeof(int)) throw Unfit(path, "its range is of int");
    }

    private void AddElement(Option option)
    {
        if (option.Kind is not (OptionKind.List or OptionKind.Map)) return;
        var json = option.Json!.Options.GetTypeInfo(option.Json.ElementType!);
        option.Element = new Option
        {
            Name = "",
            Path = option.Path + (option.Kind == OptionKind.List ? "[]" : ".*"),
            Kind = KindOf(json, option.Path),
            Json = json,
            Parent = option,
            Choices = ChoicesOf(json.Type),
        };
        if (option.Element.Kind == OptionKind.Object) AddMembers(option.Element, isElement: true);
        else AddElement(option.Element);
    }

    private static IEnumerable<T> Attributes<T>(JsonPropertyInfo property)
        where T : Attribute => property.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: true).Cast<T>() ?? [];

    private static string[] ChoicesOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } choice
        ? [.. Enum.GetNames(choice).Select(JsonNamingPolicy.CamelCase.ConvertName)]
        : [];

    private static OptionKind KindOf(JsonTypeInfo json, string path)
    {
        var type = Nullable.GetUnderlyingType(json.Type) ?? json.Type;
        return json.Kind switch
        {
            JsonTypeInfoKind.Object => OptionKind.Object,
            JsonTypeInfoKind.Enumerable => OptionKind.List,
            JsonTypeInfoKind.Dictionary when json.KeyType == typeof(string) => OptionKind.Map,
            _ when type.IsEnum => OptionKind.Choice,
            _ when type == typeof(string) => OptionKind.Text,
            _ when type == typeof(bool) => OptionKind.Flag,
            _ when type == typeof(int) || type == typeof(long) => OptionKind.Integer,
            _ when type == typeof(double) => OptionKind.Number,
            _ when type == typeof(TimeSpan) => OptionKind.Duration,
            _ => throw Unfit(path, $"no option is a {type.Name}"),
        };
    }

    private static ArgumentException Unfit(string path, string reason) => new($"The section or option '{path}' cannot be: {reason}.");
}
