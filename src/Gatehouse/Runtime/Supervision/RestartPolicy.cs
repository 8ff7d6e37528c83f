namespace Gatehouse.Runtime.Supervision;

/// <summary>When a part that failed is started again.</summary>
internal sealed record RestartPolicy
{
    /// <summary>The pause before the first restart; it doubles with every failure that follows soon.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>After running this long a failure counts as the first again.</summary>
    public TimeSpan HealthyAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>So many failures one soon after the other end it for good; null never gives up.</summary>
    public int? GiveUpAfter { get; init; }

    /// <summary>For what the hub cannot be without: when it gives up, the process ends with an error.</summary>
    public static RestartPolicy Essential { get; } = new() { GiveUpAfter = 5 };

    /// <summary>For all else: it is tried for ever, at last once a minute.</summary>
    public static RestartPolicy Patient { get; } = new();

    /// <summary>
    /// The pause before the restart that follows this many failures; the jitter of ±20 % keeps parts from restarting in step.
    /// </summary>
    /// <param name="failures">1 or more.</param>
    /// <param name="random">0 to 1.</param>
    public TimeSpan Pause(int failures, double random)
    {
        var doubled = FirstPause * Math.Pow(2, Math.Min(failures - 1, 30));
        return (doubled < LongestPause ? doubled : LongestPause) * (0.8 + (0.4 * random));
    }
}
