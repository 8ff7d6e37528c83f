using System.Text;

namespace Gatehouse.History;

/// <summary>Comma-separated values by RFC 4180: fields may stand in quotes, within which quotes are doubled and lines may break.</summary>
internal static class CsvRecord
{
    /// <summary>Where the record that begins the bytes ends, its line break not counted; -1 when it does not end in them.</summary>
    public static int FindEnd(ReadOnlySpan<byte> bytes)
    {
        // A quote opens at the beginning of a field only, or again behind one that closed; elsewhere it is a character like any other.
        bool isQuoted = false, mayOpen = true;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '"' && (isQuoted || mayOpen)) (isQuoted, mayOpen) = (!isQuoted, true);
            else if (bytes[i] == '\n' && !isQuoted) return i;
            else mayOpen = bytes[i] == ',';
        }
        return -1;
    }

    /// <summary>The fields of one record. False when a quote does not end, or ends in the middle of a field.</summary>
    public static bool TryRead(string record, List<string> fields)
    {
        fields.Clear();
        var at = 0;
        while (true)
        {
            string? field;
            if (at < record.Length && record[at] == '"') field = ReadQuoted(record, ref at);
            else
            {
                var end = record.IndexOf(',', at);
                field = end < 0 ? record[at..] : record[at..end];
                at += field.Length;
            }
            if (field is null) return false;
            fields.Add(field);
            if (at == record.Length) return true;
            if (record[at++] != ',') return false;
        }
    }

    private static string? ReadQuoted(string record, ref int at)
    {
        var field = new StringBuilder();
        at++;
        while (record.IndexOf('"', at) is var quote and >= 0)
        {
            field.Append(record, at, quote - at);
            at = quote + 1;
            if (at == record.Length || record[at] != '"') return field.ToString();
            field.Append('"');
            at++;
        }
        return null;
    }
}
