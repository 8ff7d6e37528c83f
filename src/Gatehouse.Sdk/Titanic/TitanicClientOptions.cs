using Gatehouse.Sdk.Majordomo;

namespace Gatehouse.Sdk.Titanic;

/// <summary>How a <see cref="TitanicClient"/> asks.</summary>
public sealed record TitanicClientOptions
{
    /// <summary>How the broker is asked, each time; its deadline is that of one exchange.</summary>
    public MdpClientOptions Mdp { get; init; } = new();

    /// <summary>
    /// False for a Titanic that knows RFC 9 and no more, as RasPy's and those of the guide: it makes the ids itself, and answers at once. A
    /// request whose acknowledgement was lost cannot be repeated there, for that would be another request.
    /// </summary>
    public bool TakesIds { get; init; } = true;

    /// <summary>
    /// For how long what has to be acknowledged is repeated, a request or a close, while there is no broker, no Titanic, or no room.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a server is asked to wait for an answer before it says that there is none; at most a minute, zero for not at all.
    /// </summary>
    public TimeSpan LongPoll { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The pause before asking again, the first time; doubled each time, and spread at random.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause before asking again.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    internal TitanicClientOptions Checked()
    {
        ArgumentNullException.ThrowIfNull(Mdp);
        Range(Patience, TimeSpan.Zero, TimeSpan.FromDays(24), nameof(Patience));
        Range(LongPoll, TimeSpan.Zero, TimeSpan.FromMinutes(1), nameof(LongPoll));
        Range(FirstPause, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), nameof(FirstPause));
        Range(LongestPause, FirstPause, TimeSpan.FromHours(1), nameof(LongestPause));
        return this;
    }

    private static void Range(TimeSpan value, TimeSpan least, TimeSpan most, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, parameter);
    }
}
