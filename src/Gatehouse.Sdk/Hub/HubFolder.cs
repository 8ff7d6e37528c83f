using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Sdk.Hub;

/// <summary>What a running hub tells about itself in its data directory, so that programs find it and a second hub can name it.</summary>
internal sealed record HubRecord(int Process, DateTimeOffset Started, string? Address);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HubRecord))]
internal sealed partial class HubFolderJson : JsonSerializerContext;

/// <summary>What programs on the hub's machine read in its data directory: where the hub is, and the token that it takes.</summary>
internal static class HubFolder
{
    public const string RecordName = "hub.json";
    public const string TokenName = "token";

    private const int LongestToken = 4096;

    /// <summary>
    /// The folder when nobody names one: what systemd gives (<c>$STATE_DIRECTORY</c>), else <c>gatehouse</c> in the user's data folder.
    /// </summary>
    public static string DefaultPath(Func<string, string?> environment)
    {
        if (environment("STATE_DIRECTORY") is { Length: > 0 } state) return state.Split(':')[0];
        var data = environment("XDG_DATA_HOME") is { Length: > 0 } xdg ? xdg
            : Path.Combine(environment("HOME") is { Length: > 0 } home ? home : ".", ".local", "share");
        return Path.Combine(data, "gatehouse");
    }

    /// <summary>What the hub that holds a data directory, or held it last, told about itself; null when there is nothing.</summary>
    public static HubRecord? ReadRecord(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, RecordName)), HubFolderJson.Default.HubRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The token of the hub that holds a data directory; null when there is none that this user may read.</summary>
    public static string? ReadToken(string folder)
    {
        try
        {
            using var file = new StreamReader(Path.Combine(folder, TokenName), System.Text.Encoding.Latin1);
            var text = new char[LongestToken];
            var token = new string(text, 0, file.ReadBlock(text)).TrimEnd('\n');
            return HubToken.IsSound(token) ? token : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
