using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Runtime.Configuration;

/// <summary>An enum in JSON: the name of its member in camelCase, never its number.</summary>
internal sealed class ChoiceJson<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
