using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Runtime.Configuration;

/// <summary>
/// Reads JSON with comments and trailing commas into nodes that know their places. Bytes from outside: any are answered, none throw.
/// </summary>
internal static class SettingsParser
{
    private static readonly SearchValues<byte> Around = SearchValues.Create(" \t\r\n,:[]{}\""u8);

    private static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The value that the text from <paramref name="start"/> on is; null when it is none, and then the problem says why.</summary>
    public static SettingsNode? Parse(SettingsText text, int start, out SettingsProblem? problem)
    {
        problem = null;
        if (text.FirstInvalidByte() is { } invalid)
        {
            problem = text.Problem(SettingsProblemKind.NotUtf8, invalid, "", "this is not UTF-8; save the file in that encoding");
            return null;
        }
        var utf8 = text.Utf8.Span[start..];
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(utf8, Lenient);
        try
        {
            reader.Read();
            var node = Node(ref reader, text, start, open);
            // The reader itself refuses what follows the value.
            reader.Read();
            return node;
        }
        catch (JsonException e)
        {
            problem = Broken(e, text, start, open);
        }
        catch (InvalidOperationException)
        {
            var offset = start + (int)reader.TokenStartIndex;
            problem = text.Problem(SettingsProblemKind.BrokenJson, offset, "", "broken JSON: a \\u escape here is half of a character");
        }
        return null;
    }

    private static SettingsNode Node(ref Utf8JsonReader reader, SettingsText text, int start, Stack<int> open)
    {
        var offset = start + (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<SettingsMember>();
                open.Push(offset);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (name, nameOffset) = (reader.GetString()!, start + (int)reader.TokenStartIndex);
                    reader.Read();
                    members.Add(new SettingsMember(name, nameOffset, Node(ref reader, text, start, open)));
                }
                open.Pop();
                return new SettingsNode(text, offset, JsonValueKind.Object) { Members = members };
            case JsonTokenType.StartArray:
                var items = new List<SettingsNode>();
                open.Push(offset);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Node(ref reader, text, start, open));
                open.Pop();
                return new SettingsNode(text, offset, JsonValueKind.Array) { Items = items };
            case JsonTokenType.String:
                return new SettingsNode(text, offset, JsonValueKind.String) { Scalar = reader.GetString()! };
            case JsonTokenType.Number:
                return new SettingsNode(text, offset, JsonValueKind.Number) { Scalar = Encoding.UTF8.GetString(reader.ValueSpan) };
            case JsonTokenType.True:
                return new SettingsNode(text, offset, JsonValueKind.True);
            case JsonTokenType.False:
                return new SettingsNode(text, offset, JsonValueKind.False);
            default:
                return new SettingsNode(text, offset, JsonValueKind.Null);
        }
    }

    private static SettingsProblem Broken(JsonException e, SettingsText text, int start, Stack<int> open)
    {
        var utf8 = text.Utf8.Span;
        var (line, inLine) = (e.LineNumber ?? 0, e.BytePositionInLine ?? 0);
        var offset = text.Offset(line, line == 0 ? start + inLine : inLine);
        var isAtEnd = utf8[offset..].Trim(open.Count > 0 ? " \t\r\n,"u8 : " \t\r\n"u8).IsEmpty;
        var reason = isAtEnd && open.TryPeek(out var opener)
            ? $"the text ends, but the '{(char)utf8[opener]}' of line {text.At(opener).Line} is not closed"
            : isAtEnd ? "the text ends where a value belongs" : Sentence(e.Message, utf8, offset);
        return text.Problem(SettingsProblemKind.BrokenJson, offset, "", $"broken JSON: {reason}");
    }

    // The reader appends its own, zero-based place, shows a letter beyond ASCII by its first byte, and quotes all text after a bare word.
    private static string Sentence(string message, ReadOnlySpan<byte> utf8, int offset)
    {
        if (message.Contains("JSON literal", StringComparison.Ordinal) || message.Contains("start of a value", StringComparison.Ordinal))
        {
            var word = Word(utf8, offset);
            return word.Length == 0
                ? $"'{(char)utf8[offset]}' stands where a value belongs"
                : $"'{word}' is no value; a text stands in quotes";
        }
        if (utf8[offset] is (byte)'\r' or (byte)'\n' && message.Contains("JSON string", StringComparison.Ordinal))
        {
            return "a text is not closed on its line";
        }
        var place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        Rune.DecodeFromUtf8(utf8[offset..], out var letter, out _);
        var sentence = (place < 0 ? message : message[..place]).TrimEnd('.');
        return Rune.IsControl(letter) ? sentence : sentence.Replace($"'0x{utf8[offset]:X2}'", $"'{letter}'", StringComparison.Ordinal);
    }

    // What stands there up to the next space or comma, wherever in it the reader stopped.
    private static string Word(ReadOnlySpan<byte> utf8, int offset)
    {
        var start = utf8[..offset].LastIndexOfAny(Around) + 1;
        var length = utf8[offset..].IndexOfAny(Around) is var end and >= 0 ? offset + end - start : utf8.Length - start;
        var word = Encoding.UTF8.GetString(utf8.Slice(start, length));
        return word.Length <= SettingsNode.LongestQuote ? word : word[..SettingsNode.LongestQuote] + "…";
    }
}
