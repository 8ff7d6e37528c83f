using System.Globalization;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Titanic;

/// <summary>What the store answered: the names that were asked for, what was found, and the status as the last frame.</summary>
/// <param name="Status">Three digits as a number; 0 when there are none.</param>
/// <param name="Frames">All of it.</param>
internal readonly record struct TitanicStoreAnswer(int Status, Frames Frames)
{
    /// <summary>The frames before the status; a broker that answers in the store's place has none.</summary>
    public int Echo => Frames.Count - 1;

    public static TitanicStoreAnswer Read(in Frames answer)
    {
        var last = answer.Count == 0 ? [] : answer[answer.Count - 1].Span;
        var isStatus = last.Length == 3 && !last.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        return new(isStatus ? int.Parse(last, NumberStyles.None, CultureInfo.InvariantCulture) : 0, answer);
    }

    /// <summary>Names with a bar between them; in a name a bar is <c>%7C</c> and a percent sign <c>%25</c>.</summary>
    public static string[] ReadNames(string joined) => joined.Length == 0 ? [] :
    [
        .. joined.Split('|').Select(name =>
            name.Replace("%7C", "|", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal)),
    ];

    public TitanicStoreException Failure(string action) => new(Status, action, Status switch
    {
        404 => "nobody serves titanic.store at present",
        500 => "it could not do it: a name that it refuses, a limit that is reached, or a disk that takes nothing",
        501 => "it does not know how to",
        200 => "its answer is not that of a store",
        _ => "what answers is no store",
    });
}
