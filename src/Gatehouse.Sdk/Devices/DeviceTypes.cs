using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gatehouse.Sdk.Devices;

/// <summary>
/// The register of device types: which class makes the devices of an oid. Each register stands for itself. Safe for use by many threads at
/// once.
/// </summary>
public sealed class DeviceTypes
{
    private readonly ConcurrentDictionary<string, (DeviceTemplate Template, Func<DeviceConfig, Device> Make)> _types =
        new(StringComparer.Ordinal);

    /// <summary>Makes a register with the types that are there from the start.</summary>
    public DeviceTypes()
    {
        Register(DeviceTemplates.Temperature, config => new TemperatureSensor(config));
        Register(DeviceTemplates.Wind, config => new WindSensor(config));
        Register(DeviceTemplates.Number, config => new NumberSensor(config));
        Register(DeviceTemplates.Camera, config => new Camera(config));
        Register(DeviceTemplates.Television, config => new Television(config));
        Register(DeviceTemplates.Switch, config => new Switch(config));
        Register(DeviceTemplates.Dimmer, config => new Dimmer(config));
    }

    /// <summary>The templates of all types, by oid.</summary>
    public IReadOnlyList<DeviceTemplate> Templates =>
        [.. _types.Values.Select(type => type.Template).OrderBy(template => template.Oid, StringComparer.Ordinal)];

    /// <summary>Adds a type.</summary>
    /// <param name="template">Its oid, rules and commands.</param>
    /// <param name="make">Makes a new device of a description that keeps to the template.</param>
    /// <exception cref="DeviceTypeTakenException">The oid is registered already, or is that of a category.</exception>
    /// <exception cref="ArgumentNullException">There is nothing to register.</exception>
    public void Register(DeviceTemplate template, Func<DeviceConfig, Device> make)
    {
        if (!TryRegister(template, make)) throw new DeviceTypeTakenException(template.Oid);
    }

    /// <summary>Adds a type; false when its oid is registered already, or is that of a category.</summary>
    /// <inheritdoc cref="Register"/>
    public bool TryRegister(DeviceTemplate template, Func<DeviceConfig, Device> make)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(make);
        return !IsCategory(template.Oid) && _types.TryAdd(template.Oid, (template, make));
    }

    /// <summary>The template of an oid.</summary>
    public bool TryGetTemplate(string oid, [NotNullWhen(true)] out DeviceTemplate? template)
    {
        template = _types.TryGetValue(oid, out var type) ? type.Template : null;
        return template is not null;
    }

    /// <summary>Says what is wrong with a device's JSON; nothing, when a device can be made of it.</summary>
    public IReadOnlyList<DeviceProblem> Check(ReadOnlySpan<byte> utf8) =>
        DeviceConfig.TryParse(utf8, out var config, out var problem) ? Check(config) : [problem];

    /// <inheritdoc cref="Check(ReadOnlySpan{byte})"/>
    public IReadOnlyList<DeviceProblem> Check(DeviceConfig config)
    {
        if (config.Oid is not { } oid) return DeviceTemplates.Any.Check(config);
        if (_types.TryGetValue(oid, out var type)) return type.Template.Check(config);
        var known = $"known are {string.Join(", ", Templates.Select(template => template.Oid))}";
        var shown = Values.KeySegment.ForDisplay(oid);
        var problem = IsCategory(oid)
            ? config.Parts.At(DeviceRule.ConcreteOid, "oid", $"'{shown}' is a category, and no device can be made of it; {known}")
            : config.Parts.At(DeviceRule.KnownOid, "oid", $"no device type '{shown}' is registered; {known}");
        return [problem, .. DeviceTemplates.Any.Check(config)];
    }

    /// <summary>Makes a device of its JSON.</summary>
    /// <exception cref="DeviceFormatException">
    /// The JSON breaks rules: it has no oid, no name, an oid that is not registered, and so on.
    /// </exception>
    public Device Create(string json) =>
        TryCreate(Encoding.UTF8.GetBytes(json), out var device, out var problems) ? device : throw new DeviceFormatException(problems);

    /// <summary>Makes a device of its JSON, or says which rules the JSON breaks, and where.</summary>
    public bool TryCreate(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Device? device, out IReadOnlyList<DeviceProblem> problems)
    {
        device = null;
        if (!DeviceConfig.TryParse(utf8, out var config, out var problem))
        {
            problems = [problem];
            return false;
        }
        problems = Check(config);
        if (problems.Count == 0) device = _types[config.Oid!].Make(config);
        return device is not null;
    }

    private static bool IsCategory(string oid) =>
        oid == DeviceTemplates.Any.Oid || oid == DeviceTemplates.Sensor.Oid || oid == DeviceTemplates.Media.Oid;
}
