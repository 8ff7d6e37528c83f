namespace Gatehouse.Devices;

/// <summary>Which names people may give to the devices that they declare: those that addresses carry as they are.</summary>
internal static class DeclaredName
{
    /// <summary>Why a name is not taken; null when it is.</summary>
    public static string? Objection(string name) =>
        name is "." or ".." ? "it is a name, and not '.' or '..'"
        : name.AsSpan().ContainsAny('/', '#') ? "a name has no '/' and no '#'"
        : name.Any(char.IsControl) ? "a name has no control characters"
        : name.Length != name.AsSpan().Trim().Length ? "a name does not begin or end with a blank"
        : null;
}
