using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Titanic;

/// <summary>How a service of Titanic ended (RFC 9, "Status"), or that it was none that answered.</summary>
internal enum TitanicCode : byte
{
    /// <summary>What answered is no Titanic.</summary>
    Strange,

    /// <summary>200.</summary>
    Ok,

    /// <summary>300: there is no answer yet.</summary>
    Pending,

    /// <summary>400: asking again changes nothing.</summary>
    Refused,

    /// <summary>500: asking again later may help.</summary>
    Failed,

    /// <summary>The broker's 404: nobody serves this at present.</summary>
    Nobody,
}

/// <summary>
/// Reads what <c>titanic.request</c>, <c>titanic.reply</c> and <c>titanic.close</c> answer: the status is the first frame.
/// </summary>
internal static class TitanicAnswer
{
    /// <summary>The status. Three digits, which a text may follow behind a blank.</summary>
    public static TitanicCode Read(in Frames answer)
    {
        if (answer.Count == 0) return TitanicCode.Strange;
        var status = answer[0].Span;
        if (status.Length < 3 || (status.Length > 3 && status[3] != ' ')) return TitanicCode.Strange;
        return status[..3] switch
        {
            [(byte)'2', (byte)'0', (byte)'0'] => TitanicCode.Ok,
            [(byte)'3', (byte)'0', (byte)'0'] => TitanicCode.Pending,
            [(byte)'4', (byte)'0', (byte)'0'] => TitanicCode.Refused,
            // A broker says the same of a worker that did not do it.
            [(byte)'5', (byte)'0', (byte)'0'] => TitanicCode.Failed,
            [(byte)'4', (byte)'0', (byte)'4'] when answer.Count == 1 => TitanicCode.Nobody,
            _ => TitanicCode.Strange,
        };
    }

    /// <summary>What stands behind the status.</summary>
    public static string Text(in Frames answer)
    {
        var text = answer.Text(0);
        return text.Length > 4 ? text[4..] : "";
    }
}
