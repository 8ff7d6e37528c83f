using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.Runtime.Configuration;

/// <summary>
/// One slice's options and their place in the file. <paramref name="Type"/> is generated, in camelCase, and is all that the loader, the
/// schema and the reference know of the options: names, types, nullability, attributes and, by a new instance, defaults.
/// </summary>
/// <param name="Path">Where it stands: <c>web</c>, or <c>drivers.system</c> below the group <c>drivers</c>.</param>
/// <param name="Type">The options class.</param>
internal sealed record SettingsSection(string Path, JsonTypeInfo Type);
