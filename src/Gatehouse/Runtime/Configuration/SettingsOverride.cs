using System.Text;
using System.Text.Json;

namespace Gatehouse.Runtime.Configuration;

/// <summary>
/// One <c>--set path=value</c>. The value is JSON when it is JSON of the option's type, and otherwise text: quotes are rarely needed.
/// </summary>
internal static class SettingsOverride
{
    public static void Read(string argument, SettingsLayout layout, SettingsReader reader)
    {
        var text = new SettingsText(SettingsText.CommandLine, Encoding.UTF8.GetBytes(argument));
        var equals = text.Utf8.Span.IndexOf((byte)'=');
        if (equals <= 0)
        {
            reader.Problems.Add(text.Problem(
                SettingsProblemKind.BadOverride, 0, "", $"expected path=value, such as web.listen=0.0.0.0:80, found \"{argument}\""));
            return;
        }
        var path = Encoding.UTF8.GetString(text.Utf8.Span[..equals]);
        if (layout.Find(path, out var key) is not { } option)
        {
            reader.Problems.Add(text.Problem(SettingsProblemKind.Unknown, 0, path, "unknown option" + layout.Suggest(path)));
        }
        else if (key.Length == 0)
        {
            reader.Read(option, Value(option, text, equals + 1));
        }
        else
        {
            // The map keeps what the file gave it under other keys.
            var kept = reader.Given(option)?.Members.Where(member => member.Name != key) ?? [];
            var value = new SettingsMember(key, 0, Value(option.Element!, text, equals + 1));
            reader.Read(option, new SettingsNode(text, 0, JsonValueKind.Object) { Members = [.. kept, value] });
        }
    }

    private static SettingsNode Value(Option option, SettingsText text, int start)
    {
        var json = SettingsParser.Parse(text, start, out _);
        var fits = json is not null && (option.Accepts(json.Kind) || (option.IsNullable && json.Kind == JsonValueKind.Null));
        if (fits) return json!;
        return new SettingsNode(text, start, JsonValueKind.String) { Scalar = Encoding.UTF8.GetString(text.Utf8.Span[start..]) };
    }
}
