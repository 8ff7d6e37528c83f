using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>
/// A device: a description in JSON, and commands that read it and set it. Derive a class of your own and register it with
/// <see cref="DeviceTypes"/>, or take one that is there and give its commands something to do by <see cref="Bind"/>. No state is shared
/// between devices. Not safe for several threads at once: let a device's calls come one after the other.
/// </summary>
public abstract class Device
{
    /// <summary>The <see cref="Poll"/> of a device that cannot be polled.</summary>
    public const int NotPollable = -1;

    private readonly OrderedDictionary<string, Command> _commands;
    private readonly OrderedDictionary<string, Device> _subdevices = [];
    private Device? _parent;

    /// <summary>Makes a device of a type.</summary>
    /// <param name="template">What is common to devices of its oid.</param>
    /// <param name="config">Its own description.</param>
    /// <exception cref="DeviceFormatException">The description breaks rules of the template.</exception>
    protected Device(DeviceTemplate template, DeviceConfig config)
    {
        if (template.Check(config) is { Count: > 0 } problems) throw new DeviceFormatException(problems);
        Template = template;
        Config = config;
        _commands = new(template.Commands, StringComparer.Ordinal);
        Update(BuiltInCommands.Commands, string.Join('|', _commands.Keys));
        Update(BuiltInCommands.Config, config.ToValue());
        Poll = NotPollable;
        Log = false;
    }

    /// <summary>Which sort of device it is.</summary>
    public string Oid => Template.Oid;

    /// <summary>Its name, unique among the devices of its server.</summary>
    public string Name => Config.Name!;

    /// <summary>Its description: as it was given, but for its name after a call of <c>config</c>.</summary>
    public DeviceConfig Config { get; private set; }

    /// <summary>What is common to devices of its oid.</summary>
    public DeviceTemplate Template { get; }

    /// <summary>Its sub-devices by oid; none unless somebody added them.</summary>
    public IReadOnlyDictionary<string, Device> Subdevices => _subdevices;

    /// <summary>Its commands by name, each with its last value.</summary>
    public IReadOnlyDictionary<string, Command> Commands => _commands;

    /// <summary>How often its server polls it, in seconds; 0 not now, <see cref="NotPollable"/> not at all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than <see cref="NotPollable"/>.</exception>
    public int Poll
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, NotPollable);
            Update(BuiltInCommands.Poll, field = value);
        }
    }

    /// <summary>Whether the history records its values; false leaves that to the hub's settings.</summary>
    public bool Log
    {
        get;
        set => Update(BuiltInCommands.Log, field = value);
    }

    /// <summary>Says what is wrong with a description of a device of this oid; nothing, when it is right.</summary>
    public IReadOnlyList<DeviceProblem> Check(DeviceConfig config) => Template.Check(config);

    /// <summary>Gives a command something to do.</summary>
    /// <exception cref="ArgumentException">It has no such command, or it is one that every device has.</exception>
    public void Bind(string command, CommandCallback callback)
    {
        if (BuiltInCommands.Has(command)) throw new ArgumentException($"'{command}' is the device's own.", nameof(command));
        _commands[command] = Find(command) with { Callback = callback };
    }

    /// <summary>Notes the present value of a command, as when a driver has read it. It is kept as it is, even out of range.</summary>
    /// <exception cref="ArgumentException">It has no such command, or it is one that every device has.</exception>
    public void Set(string command, Value value)
    {
        if (BuiltInCommands.Has(command)) throw new ArgumentException($"'{command}' is the device's own.", nameof(command));
        Update(command, value);
    }

    /// <summary>Adds a sub-device.</summary>
    /// <exception cref="ArgumentException">
    /// Its oid is not this device's with <c>-</c> and a word, one of that oid is there already, or it belongs to another device.
    /// </exception>
    public void Add(Device subdevice)
    {
        if (!subdevice.Oid.StartsWith($"{Oid}-", StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{subdevice.Oid}' is no sub-device of '{Oid}'.", nameof(subdevice));
        }
        if (subdevice._parent is not null || !_subdevices.TryAdd(subdevice.Oid, subdevice))
        {
            throw new ArgumentException($"'{subdevice.Oid}' is a sub-device already.", nameof(subdevice));
        }
        subdevice._parent = this;
    }

    /// <summary>Calls a command of this device, or of the sub-device that the oid names.</summary>
    /// <param name="oid">This device's oid, or a sub-device's.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="value">What to set; <see cref="Value.Null"/> reads.</param>
    /// <param name="stop">Passed on to what does it.</param>
    public ValueTask<CommandResult> ExecuteAsync(string oid, string command, Value value = default, CancellationToken stop = default)
    {
        if (oid == Oid) return ExecuteAsync(command, value, stop);
        if (_subdevices.TryGetValue(oid, out var subdevice)) return subdevice.ExecuteAsync(command, value, stop);
        return new(CommandResult.Not(CommandStatus.NoSuchDevice, $"{Oid} has no sub-device '{KeySegment.ForDisplay(oid)}'"));
    }

    /// <summary>Does what is due when the device is polled: for now nothing. Derived classes read their hardware here.</summary>
    /// <returns>What was read; <see cref="Value.Null"/> for nothing.</returns>
    public virtual ValueTask<Value> DoPollAsync(CancellationToken stop = default) => new(Value.Null);

    /// <summary>
    /// What the hub is told of this device alone, without its sub-devices: commands become properties, but for the five that every device
    /// has. Title, room and kind are those of its JSON; a dot in its name is written <c>%2E</c>.
    /// </summary>
    /// <param name="host">The name of its hub.</param>
    /// <param name="service">The name of its server.</param>
    public DeviceInfo Describe(string host, string service) => new()
    {
        Name = $"{host}.{service}.{Segment}",
        Oid = Oid,
        Title = Config.Text("title") ?? Name,
        Room = Config.Text("room"),
        Kind = Config.Text("kind") ?? Oid[(Oid.LastIndexOfAny(['.', '-']) + 1)..],
        Log = Log ? true : null,
        Properties = new OrderedDictionary<string, PropertyInfo>(
            from command in _commands
            where !BuiltInCommands.Has(command.Key)
            let property = command.Value.Describe(command.Key)
            select KeyValuePair.Create(command.Key, Poll > 0 && !command.Value.WriteOnly ? property with { Interval = Poll } : property)),
    };

    /// <summary>Changes a command of this device alone.</summary>
    /// <exception cref="ArgumentException">It has no such command.</exception>
    private protected void Change(string command, Func<Command, Command> change) => _commands[command] = change(Find(command));

    internal string? Rename(Value name)
    {
        try
        {
            var config = Config.With("name", name);
            if (Check(config) is [var problem, ..]) return problem.Message;
            Config = config;
            Update(BuiltInCommands.Config, config.ToValue());
            return null;
        }
        catch (DeviceFormatException e)
        {
            return e.Problems[0].Message;
        }
    }

    private string Segment
    {
        get
        {
            var own = KeySegment.Escape(Name).Replace(".", "%2E", StringComparison.Ordinal);
            return _parent is null ? own : $"{_parent.Segment}.{own}";
        }
    }

    private async ValueTask<CommandResult> ExecuteAsync(string name, Value value, CancellationToken stop)
    {
        if (!_commands.TryGetValue(name, out var command))
        {
            return CommandResult.Not(CommandStatus.NoSuchCommand, $"{Oid} has no command '{KeySegment.ForDisplay(name)}'");
        }
        if (value.Kind == ValueKind.Null)
        {
            if (command.WriteOnly) return CommandResult.Not(CommandStatus.WriteOnly, "it cannot be read");
            if (command.Callback is null) return CommandResult.Done(command.Value);
            var present = await command.Callback(this, value, stop).ConfigureAwait(false);
            if (present.Kind != ValueKind.Null) Update(name, present);
            return CommandResult.Done(present);
        }
        if (command.ReadOnly) return CommandResult.Not(CommandStatus.ReadOnly, "it cannot be set");
        if (command.Check(value) is { } wrong) return CommandResult.Not(CommandStatus.BadValue, wrong);
        if (BuiltInCommands.Has(name))
        {
            var refusal = BuiltInCommands.Write(this, name, value);
            return refusal is null ? CommandResult.Done(true) : CommandResult.Not(CommandStatus.Refused, refusal);
        }
        var answer = command.Callback is null ? true : await command.Callback(this, value, stop).ConfigureAwait(false);
        if (answer.Kind == ValueKind.Null) return CommandResult.Not(CommandStatus.Refused, "the device did not do it");
        if (!command.WriteOnly) Update(name, value);
        return CommandResult.Done(answer);
    }

    private void Update(string command, Value value) => _commands[command] = Find(command) with { Value = value };

    private Command Find(string command) => _commands.TryGetValue(command, out var found)
        ? found
        : throw new ArgumentException($"{Oid} has no command '{command}'.", nameof(command));
}
