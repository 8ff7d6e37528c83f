using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Blobs;

/// <summary>Finds out which blobs are in use: those that a value names, at whatever depth of its JSON.</summary>
internal static class NamedBlobs
{
    public static IReadOnlySet<string> In(IEnumerable<Entry> entries)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Value.Kind == ValueKind.Json) Collect(entry.Value.Payload.Span, found);
        }
        return found;
    }

    // What is in the tree was checked to be JSON when it came in.
    private static void Collect(ReadOnlySpan<byte> json, HashSet<string> found)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1024 });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("blob"u8)) continue;
            if (!reader.Read() || reader.TokenType != JsonTokenType.String) continue;
            if (reader.GetString() is { } id && BlobId.IsValid(id)) found.Add(id);
        }
    }
}
