using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatehouse.Sdk.Devices;

/// <summary>
/// What all devices of one oid have in common: rules for the members of their JSON, and their commands. Immutable; each device takes its
/// own copy of the commands.
/// </summary>
public sealed partial class DeviceTemplate
{
    /// <summary>Makes a template that has all that its parent has, and more.</summary>
    /// <param name="oid">
    /// A dotted path of lower-case words, <c>sensor.humidity</c>; a sub-device's ends with <c>-</c> and one more, <c>media.tv-volume</c>.
    /// </param>
    /// <param name="config">Rules for members; one for a member that the parent has a rule for takes its place.</param>
    /// <param name="commands">Commands by name; one of a name that the parent has takes its place.</param>
    /// <param name="parent">What it begins with; null for <see cref="DeviceTemplates.Any"/>, what every device has.</param>
    /// <exception cref="ArgumentException">
    /// The oid is malformed, a member has two rules, or a command has the name of one that every device has.
    /// </exception>
    public DeviceTemplate(
        string oid,
        IEnumerable<MemberRule>? config = null,
        IEnumerable<KeyValuePair<string, Command>>? commands = null,
        DeviceTemplate? parent = null)
        : this(oid, config ?? [], commands ?? [], parent ?? DeviceTemplates.Any, isAbstract: false)
    {
    }

    internal DeviceTemplate(
        string oid,
        IEnumerable<MemberRule> config,
        IEnumerable<KeyValuePair<string, Command>> commands,
        DeviceTemplate? parent,
        bool isAbstract)
    {
        if (!OidPattern.IsMatch(oid)) throw new ArgumentException($"'{oid}' is not an oid such as sensor.humidity.", nameof(oid));
        var own = new Dictionary<string, MemberRule>(StringComparer.Ordinal);
        foreach (var rule in config)
        {
            if (!own.TryAdd(rule.Name, rule)) throw new ArgumentException($"The member '{rule.Name}' has two rules.", nameof(config));
        }
        var rules = new OrderedDictionary<string, MemberRule>(StringComparer.Ordinal);
        foreach (var rule in (parent?.Config ?? []).Concat(own.Values)) rules[rule.Name] = rule;
        if (!isAbstract) rules["oid"] = rules["oid"] with { Choices = [oid] };
        var all = new OrderedDictionary<string, Command>(parent is null ? [] : parent.Commands, StringComparer.Ordinal);
        foreach (var (name, command) in commands)
        {
            if (parent is not null && BuiltInCommands.Has(name))
            {
                throw new ArgumentException($"Every device has a command '{name}' already.", nameof(commands));
            }
            all[name] = command;
        }
        Oid = oid;
        IsAbstract = isAbstract;
        Config = [.. rules.Values];
        Commands = new ReadOnlyDictionary<string, Command>(all);
    }

    /// <summary>The oid.</summary>
    public string Oid { get; }

    /// <summary>True for a category, of which no device can be made: <c>base</c>, <c>sensor</c>, <c>media</c>.</summary>
    public bool IsAbstract { get; }

    /// <summary>The rules for members, those of the parent first.</summary>
    public IReadOnlyList<MemberRule> Config { get; }

    /// <summary>The commands by name, those that every device has first.</summary>
    public IReadOnlyDictionary<string, Command> Commands { get; }

    /// <summary>Says what is wrong with a device's JSON, in the order of the rules; nothing, when it is right.</summary>
    public IReadOnlyList<DeviceProblem> Check(DeviceConfig config) =>
        [.. Config.Select(rule => rule.Check(config.Parts)).OfType<DeviceProblem>()];

    /// <summary>
    /// Writes it as the next value of <paramref name="writer"/>: an object with the members <c>config</c> and <c>commands</c>, each an
    /// object by name.
    /// </summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("config"u8);
        foreach (var rule in Config)
        {
            writer.WriteStartObject(rule.Name);
            writer.WriteString("type"u8, rule.Type.ToString());
            writer.WriteBoolean("required"u8, rule.Required);
            CommandJson.WriteKnown(writer, rule.Minimum, rule.Maximum, rule.Unit, rule.Title, rule.Choices);
            if (rule.Pattern is { } pattern) writer.WriteString("pattern"u8, pattern);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteStartObject("commands"u8);
        foreach (var (name, command) in Commands)
        {
            writer.WritePropertyName(name);
            command.WriteJson(writer);
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    [GeneratedRegex(@"^[a-z0-9_]+(\.[a-z0-9_]+)*(-[a-z0-9_]+)?\z")]
    private static partial Regex OidPattern { get; }
}
