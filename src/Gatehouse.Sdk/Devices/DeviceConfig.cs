using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>
/// The JSON object that describes a device: <c>oid</c>, <c>name</c> and whatever else somebody wrote. It is kept as it came, byte for byte:
/// members that nobody knows, their order, white space and the digits of numbers. Immutable, safe for use by many threads at once.
/// </summary>
public sealed class DeviceConfig
{
    private readonly JsonMembers _members;

    private DeviceConfig(JsonMembers members) => _members = members;

    /// <summary>The oid; null when there is none, or it is no text.</summary>
    public string? Oid => Text("oid");

    /// <summary>The name; null when there is none, or it is no text.</summary>
    public string? Name => Text("name");

    /// <summary>The names of its members, in their order.</summary>
    public IEnumerable<string> Members => _members.All.Select(member => member.Name);

    /// <summary>The JSON text.</summary>
    public ReadOnlyMemory<byte> Utf8 => _members.Utf8;

    internal JsonMembers Parts => _members;

    /// <summary>Makes a description of a device in code; <see cref="With"/> adds to it.</summary>
    public static DeviceConfig For(string oid, string name) => Parse("{}").With("oid", oid).With("name", name);

    /// <summary>Reads a JSON object. Whether it describes a device is for <see cref="DeviceTemplate.Check"/> to say.</summary>
    /// <exception cref="DeviceFormatException">It is not one JSON object of at most 64 KiB with each name once.</exception>
    public static DeviceConfig Parse(string json) =>
        TryParse(Encoding.UTF8.GetBytes(json), out var config, out var problem) ? config : throw new DeviceFormatException([problem]);

    /// <summary>Reads a JSON object, or says which rule the text breaks, and where.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out DeviceConfig? config, [NotNullWhen(false)] out DeviceProblem? problem)
    {
        config = JsonMembers.TryParse(utf8, out var members, out problem) ? new(members) : null;
        return config is not null;
    }

    /// <summary>The value of a member; false when it is not there.</summary>
    public bool TryGet(string member, out Value value)
    {
        var found = _members.Find(member);
        value = found?.Value ?? Value.Null;
        return found is not null;
    }

    /// <summary>The same with one member changed in its place, or added at the end. Everything else stays as it was written.</summary>
    /// <exception cref="DeviceFormatException">It would have more than 64 KiB.</exception>
    public DeviceConfig With(string member, Value value)
    {
        var output = new ArrayBufferWriter<byte>(_members.Utf8.Length + member.Length + value.Size);
        if (_members.Find(member) is { } present)
        {
            output.Write(_members.Utf8.AsSpan(0, present.Start));
            value.WriteJson(output);
            output.Write(_members.Utf8.AsSpan(present.End));
        }
        else
        {
            var isFirst = _members.All.Count == 0;
            var at = isFirst ? _members.Utf8.AsSpan().IndexOf((byte)'{') + 1 : _members.All[^1].End;
            output.Write(_members.Utf8.AsSpan(0, at));
            if (!isFirst) output.Write(","u8);
            Value.From(member).WriteJson(output);
            output.Write(":"u8);
            value.WriteJson(output);
            output.Write(_members.Utf8.AsSpan(at));
        }
        return TryParse(output.WrittenSpan, out var config, out var problem) ? config : throw new DeviceFormatException([problem]);
    }

    /// <summary>The object as a value.</summary>
    public Value ToValue() => Value.FromJson(_members.Utf8);

    /// <summary>Writes the object as the next value of <paramref name="writer"/>, as it is.</summary>
    public void WriteJson(Utf8JsonWriter writer) => writer.WriteRawValue(_members.Utf8, skipInputValidation: true);

    /// <summary>The JSON text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_members.Utf8);

    internal string? Text(string member) => TryGet(member, out var value) && value.TryGetText(out var text) ? text : null;

    internal double? Number(string member) => TryGet(member, out var value) && value.TryGetNumber(out var number) ? number : null;
}
