using System.Security.Cryptography;

namespace Gatehouse.Security;

/// <summary>A browser that has signed in.</summary>
internal sealed class BrowserSession(string id, Digest secret, DateTimeOffset created, DateTimeOffset seen, string address, string agent)
    : IDisposable
{
    public const int LongestAgent = 200;

    /// <summary>It ends when it was not seen for this long.</summary>
    public static readonly TimeSpan IdleLifetime = TimeSpan.FromDays(30);

    /// <summary>It ends this long after it began.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private const int IdSize = 6;

    private readonly CancellationTokenSource _end = new();
    private long _seen = seen.UtcTicks;
    private long _written = seen.UtcTicks;

    /// <summary>What it is called where anybody may read it.</summary>
    public string Id => id;

    public Digest Secret => secret;

    public DateTimeOffset Created => created;

    public DateTimeOffset LastSeen => new(Volatile.Read(ref _seen), TimeSpan.Zero);

    /// <summary>Where it was opened from.</summary>
    public string Address => address;

    /// <summary>What the browser calls itself; empty when it does not.</summary>
    public string Agent => agent;

    /// <summary>Cancelled when it is ended: streams that were opened by it end too.</summary>
    public CancellationToken Ended => _end.Token;

    public static BrowserSession New(Digest secret, DateTimeOffset now, string address, string agent) => new(
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdSize)), secret, now, now, address, Cut(agent));

    public bool IsExpired(DateTimeOffset now) => now - LastSeen > IdleLifetime || now - created > Lifetime;

    /// <summary>It was seen; true, to one caller alone, when that should be written.</summary>
    public bool See(DateTimeOffset now, TimeSpan every)
    {
        Volatile.Write(ref _seen, now.UtcTicks);
        var written = Volatile.Read(ref _written);
        return now.UtcTicks - written >= every.Ticks && Interlocked.CompareExchange(ref _written, now.UtcTicks, written) == written;
    }

    /// <summary>Ends all that runs by it.</summary>
    public void End() => _end.Cancel();

    public void Dispose() => _end.Dispose();

    // Not within a character of two halves.
    private static string Cut(string agent)
    {
        if (agent.Length <= LongestAgent) return agent;
        return agent[..(char.IsHighSurrogate(agent[LongestAgent - 1]) ? LongestAgent - 1 : LongestAgent)];
    }
}
