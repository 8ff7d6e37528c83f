using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Text.Json;
using Gatehouse.Runtime.Logs;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Web.Streams;

/// <summary>What a client of <c>/api/stream</c> asks for: one message.</summary>
/// <param name="Channel">The client's number for what it opens or closes.</param>
internal abstract record StreamRequest(int Channel)
{
    /// <summary>Filters are compared with each other, prefix by prefix.</summary>
    private const int MostPrefixes = 256;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    /// <summary>
    /// Reads a text message. False when it cannot be answered on any channel, so that the connection must end: then why.
    /// </summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> message, [NotNullWhen(true)] out StreamRequest? request, out StreamFault fault)
    {
        (request, fault) = (null, new StreamFault(WebSocketCloseStatus.PolicyViolation, "expected {\"open\": 1, …} or {\"close\": 1}"));
        try
        {
            using var document = JsonDocument.Parse(message, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return false;
            if (root.TryGetProperty("close"u8, out var closed) && root.GetPropertyCount() == 1)
            {
                if (TryReadChannel(closed, out var channel)) request = new StreamClose(channel);
            }
            else if (root.TryGetProperty("open"u8, out var opened) && TryReadChannel(opened, out var channel))
            {
                request = ReadOpen(channel, root);
            }
            return request is not null;
        }
        catch (JsonException)
        {
            fault = new StreamFault(WebSocketCloseStatus.InvalidPayloadData, "the message is not JSON");
        }
        catch (InvalidOperationException)
        {
            fault = new StreamFault(WebSocketCloseStatus.InvalidPayloadData, "the message holds text that is not valid Unicode");
        }
        return false;
    }

    private static bool TryReadChannel(JsonElement json, out int channel)
    {
        channel = 0;
        return json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out channel) && channel > 0;
    }

    private static StreamRequest ReadOpen(int channel, JsonElement root)
    {
        StreamRequest? request = null;
        foreach (var member in root.EnumerateObject())
        {
            if (member.NameEquals("open"u8)) continue;
            if (request is not null) return new StreamRefusal(channel, "a channel is for one thing: changes or log");
            request = member.Name switch
            {
                "changes" => ReadChanges(channel, member.Value),
                "log" => ReadLog(channel, member.Value),
                _ => Unknown(channel, member.Name, "changes or log"),
            };
            if (request is StreamRefusal) return request;
        }
        return request ?? new StreamRefusal(channel, "say what to open: changes or log");
    }

    private static StreamRequest ReadChanges(int channel, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return new StreamRefusal(channel, "changes is an object");
        var filter = KeyFilter.All;
        ChangeId? after = null;
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "prefixes":
                    if (!TryReadPrefixes(member.Value, out filter))
                    {
                        return new StreamRefusal(channel, $"prefixes is an array of at most {MostPrefixes} texts that start with '/'");
                    }
                    break;
                case "after":
                    if (member.Value.ValueKind != JsonValueKind.String || !ChangeId.TryParse(member.Value.GetString(), out var id))
                    {
                        return new StreamRefusal(channel, "after is the id of an event, such as \"1700000000-1234\"");
                    }
                    after = id;
                    break;
                default:
                    return Unknown(channel, member.Name, "prefixes and after");
            }
        }
        return new StreamChanges(channel, filter, after);
    }

    private static bool TryReadPrefixes(JsonElement json, [NotNullWhen(true)] out KeyFilter? filter)
    {
        filter = null;
        return json.ValueKind == JsonValueKind.Array
            && json.GetArrayLength() <= MostPrefixes
            && json.EnumerateArray().All(p => p.ValueKind == JsonValueKind.String)
            && KeyFilter.TryCreate([.. json.EnumerateArray().Select(p => p.GetString()!)], out filter);
    }

    private static StreamRequest ReadLog(int channel, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return new StreamRefusal(channel, "log is an object");
        var least = LogLevel.Information;
        long? after = null;
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "level":
                    if (member.Value.ValueKind != JsonValueKind.String || !LogLevelNames.TryParse(member.Value.GetString(), out least))
                    {
                        return new StreamRefusal(channel, $"level is one of {LogLevelNames.All}");
                    }
                    break;
                case "after":
                    if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetInt64(out var number) || number < 0)
                    {
                        return new StreamRefusal(channel, "after is the number of a record");
                    }
                    after = number;
                    break;
                default:
                    return Unknown(channel, member.Name, "level and after");
            }
        }
        return new StreamLog(channel, least, after);
    }

    private static StreamRefusal Unknown(int channel, string member, string known) =>
        new(channel, $"there is no member '{KeySegment.ForDisplay(member)}' here; there are {known}");
}

/// <summary>Follow what changes below the prefixes, from a snapshot or from after an event.</summary>
internal sealed record StreamChanges(int Channel, KeyFilter Filter, ChangeId? After) : StreamRequest(Channel);

/// <summary>Follow the log, from what is kept of it or from after a record.</summary>
internal sealed record StreamLog(int Channel, LogLevel Least, long? After) : StreamRequest(Channel);

/// <summary>Follow it no more.</summary>
internal sealed record StreamClose(int Channel) : StreamRequest(Channel);

/// <summary>A request that is not carried out; the channel is told why.</summary>
internal sealed record StreamRefusal(int Channel, string Detail) : StreamRequest(Channel);

/// <summary>Why a connection ends: the code and the words of its close frame (RFC 6455, section 7.4).</summary>
internal readonly record struct StreamFault(WebSocketCloseStatus Status, string Reason);
