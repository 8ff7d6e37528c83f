using System.Text.Json.Serialization;

namespace Gatehouse.Sdk.Devices;

/// <summary>What the values of a command or of a device's member are: decides how they are checked, and what a form shows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeviceValueType>))]
public enum DeviceValueType : byte
{
    /// <summary>One text of several.</summary>
    List,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>An integer from 0 to 255.</summary>
    Byte,

    /// <summary>An integer.</summary>
    Int,

    /// <summary>A finite number.</summary>
    Real,

    /// <summary>A text.</summary>
    Str,

    /// <summary>A schedule: a text, or JSON of its own.</summary>
    Sch,

    /// <summary>A JSON object.</summary>
    Dict,
}

/// <summary>The types in the words of <see cref="PropertyInfo.Type"/>, and in words for people.</summary>
internal static class DeviceValueTypes
{
    public static string Word(DeviceValueType type) => type switch
    {
        DeviceValueType.List => "list",
        DeviceValueType.Bool => "boolean",
        DeviceValueType.Byte => "byte",
        DeviceValueType.Int => "integer",
        DeviceValueType.Real => "real",
        DeviceValueType.Str => "text",
        DeviceValueType.Sch => "schedule",
        _ => "json",
    };

    public static string Explain(DeviceValueType type) => type switch
    {
        DeviceValueType.Bool => "true or false",
        DeviceValueType.Byte => "an integer from 0 to 255",
        DeviceValueType.Int => "an integer",
        DeviceValueType.Real => "a finite number",
        DeviceValueType.Sch => "a schedule (a text, an array or an object)",
        DeviceValueType.Dict => "an object",
        _ => "a text",
    };
}
