using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>Does what a command of a device is for.</summary>
/// <param name="device">The device it was called on.</param>
/// <param name="value">What to set, checked by the command's rules already; <see cref="Value.Null"/> asks for the present value.</param>
/// <param name="stop">The caller has gone, or the program ends.</param>
/// <returns>
/// The value asked for; after setting, true. <see cref="Value.Null"/> when it was not done. What it throws reaches the caller.
/// </returns>
public delegate ValueTask<Value> CommandCallback(Device device, Value value, CancellationToken stop);

/// <summary>
/// One thing that can be read from a device or set on it. Immutable; each device keeps its own with its own last value, so that templates
/// may share them.
/// </summary>
public sealed record Command
{
    internal const string DefaultInfo = "info";

    /// <summary>Its label for people.</summary>
    public string Info { get; init; } = DefaultInfo;

    /// <summary>Whether it can be read, set, or both.</summary>
    public PropertyAccess Access { get; init; } = PropertyAccess.ReadWrite;

    /// <summary>True when it can be read alone, as a sensor's reading.</summary>
    public bool ReadOnly => Access == PropertyAccess.Read;

    /// <summary>True when it can be set alone, as a remote control's key.</summary>
    public bool WriteOnly => Access == PropertyAccess.Write;

    /// <summary>How a recorder treats the number; null for what is no measurement.</summary>
    public DataSource? DataSource { get; init; }

    /// <summary>What its values are.</summary>
    public DeviceValueType ValueType { get; init; } = DeviceValueType.List;

    /// <summary>The last value; <see cref="Value.Null"/> for none.</summary>
    public Value Value { get; init; }

    /// <summary>What does it; never in JSON. Null makes the command a memory: it is read as it was set last.</summary>
    public CommandCallback? Callback { get; init; }

    /// <summary>The least number, in its unit; null for no bound.</summary>
    public double? Minimum { get; init; }

    /// <summary>The greatest number, in its unit; null for no bound.</summary>
    public double? Maximum { get; init; }

    /// <summary>Its unit as people write it, such as <c>°C</c>; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>Its name for people; null shows <see cref="Info"/>.</summary>
    public string? Title { get; init; }

    /// <summary>The texts that it may be; null for any.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>The members of its JSON that nothing here knows, in their order; they are written back as they came.</summary>
    public IReadOnlyDictionary<string, Value> Extra { get; init; } = FrozenDictionary<string, Value>.Empty;

    /// <summary>Reads a command's JSON.</summary>
    /// <exception cref="DeviceFormatException">It breaks a rule.</exception>
    public static Command Parse(string json) =>
        TryParse(Encoding.UTF8.GetBytes(json), out var command, out var problems) ? command : throw new DeviceFormatException(problems);

    /// <summary>Reads a command's JSON, or says which rules it breaks, and where. Members that are not there have their defaults.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Command? command, out IReadOnlyList<DeviceProblem> problems) =>
        CommandJson.TryParse(utf8, out command, out problems);

    /// <summary>Writes its JSON as the next value of <paramref name="writer"/>.</summary>
    public void WriteJson(Utf8JsonWriter writer) => CommandJson.Write(this, writer);

    /// <summary>It as what is known of a property.</summary>
    /// <param name="name">The command's name, which is its title when it has none.</param>
    public PropertyInfo Describe(string name) => new()
    {
        Title = Title ?? (Info == DefaultInfo ? name : Info),
        Type = DeviceValueTypes.Word(ValueType),
        Access = Access,
        Unit = Unit,
        Minimum = Minimum,
        Maximum = Maximum,
        Choices = Choices,
        DataSource = DataSource,
    };

    /// <summary>What is wrong with setting it to a value; null when nothing is.</summary>
    public string? Check(Value value) => ValueCheck.Broken(value, ValueType, Minimum, Maximum, Choices)?.Message;
}
