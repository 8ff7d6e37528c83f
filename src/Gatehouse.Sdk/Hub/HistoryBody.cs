using System.Text;
using System.Text.Json;

namespace Gatehouse.Sdk.Hub;

/// <summary>
/// The answer about a series as its bytes come: what is known of it, then its points or buckets. Holds no more than what was not asked for
/// yet. Pure: bytes in, parts out.
/// </summary>
internal sealed class HistoryBody
{
    /// <summary>No part is longer: a value in JSON's longest spelling, with room for what is around it.</summary>
    public const int MostBytesPerPart = 1024 * 1024;

    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 128 });
    private Place _place = Place.Start;

    private enum Place
    {
        Start,
        Members,
        Points,
        Buckets,
        End,
    }

    /// <summary>What is known of the series so far; all of it, once <see cref="HasParts"/>.</summary>
    public SeriesInfo Series { get; private set; } = new() { Key = "", From = default, To = default };

    /// <summary>How long each bucket is.</summary>
    public TimeSpan? Width { get; private set; }

    /// <summary>True as soon as points or buckets have begun: what describes them stands before them.</summary>
    public bool HasParts { get; private set; }

    public List<HistoryPoint> Points { get; } = [];

    public List<HistoryBucket> Buckets { get; } = [];

    /// <summary>Takes whole parts from the front of what has come.</summary>
    /// <param name="bytes">What has come and was not taken.</param>
    /// <param name="isLast">No more will come.</param>
    /// <returns>How many bytes were taken.</returns>
    /// <exception cref="JsonException">It is no answer about a series.</exception>
    public int Take(ReadOnlyMemory<byte> bytes, bool isLast)
    {
        var taken = 0;
        while (true)
        {
            var reader = new Utf8JsonReader(bytes.Span[taken..], isLast, _state);
            if (!TryTakeOne(ref reader, bytes[taken..])) break;
            taken += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
        }
        if (isLast && _place != Place.End) throw new JsonException("its history ends in the middle");
        if (bytes.Length - taken > MostBytesPerPart)
        {
            throw new JsonException($"a part of its history has more than {MostBytesPerPart} bytes");
        }
        return taken;
    }

    // One member, or one element of the long arrays. False when it has not come whole.
    private bool TryTakeOne(ref Utf8JsonReader reader, ReadOnlyMemory<byte> bytes)
    {
        if (!reader.Read()) return false;
        switch (_place)
        {
            case Place.Start when reader.TokenType == JsonTokenType.StartObject:
                _place = Place.Members;
                return true;
            case Place.Members when reader.TokenType == JsonTokenType.EndObject:
                if (!HasParts) throw new JsonException("its history has neither points nor buckets");
                _place = Place.End;
                return true;
            case Place.Members:
                return TryTakeMember(ref reader, bytes);
            case Place.Points or Place.Buckets when reader.TokenType == JsonTokenType.EndArray:
                _place = Place.Members;
                return true;
            case Place.Points or Place.Buckets:
                if (!TrySlice(ref reader, bytes, out var part)) return false;
                if (_place == Place.Points) Points.Add(HistoryJson.ReadPoint(part));
                else Buckets.Add(HistoryJson.ReadBucket(part));
                return true;
            default:
                throw new JsonException("its history is not an object");
        }
    }

    private bool TryTakeMember(ref Utf8JsonReader reader, ReadOnlyMemory<byte> bytes)
    {
        var name = reader.ValueIsEscaped ? "" : Encoding.UTF8.GetString(reader.ValueSpan);
        var place = name switch
        {
            "points" => Place.Points,
            "buckets" => Place.Buckets,
            _ => Place.Members,
        };
        if (!reader.Read()) return false;
        if (place != Place.Members)
        {
            if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("its history has no list of points or buckets");
            (_place, HasParts) = (place, true);
            return true;
        }
        if (!TrySlice(ref reader, bytes, out var value)) return false;
        if (name == "width") Width = HistoryJson.ReadSpan(value);
        else Series = HistoryJson.ReadMember(Series, name, value);
        return true;
    }

    private static bool TrySlice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> part)
    {
        var start = (int)reader.TokenStartIndex;
        var isWhole = reader.TrySkip();
        part = isWhole ? bytes[start..(int)reader.BytesConsumed] : default;
        return isWhole;
    }
}
