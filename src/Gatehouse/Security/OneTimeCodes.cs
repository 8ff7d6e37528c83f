namespace Gatehouse.Security;

/// <summary>A code that opens one session.</summary>
/// <param name="Text">As it is shown.</param>
/// <param name="Expires">When it stops to hold; null when the hub ends.</param>
internal sealed record OneTimeCode(string Text, DateTimeOffset? Expires);

/// <summary>The codes that hold at the moment: in memory alone, and there as digests. Any thread.</summary>
internal sealed class OneTimeCodes(TimeProvider time)
{
    /// <summary>How long a code holds that was asked for while the hub runs.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Beyond this many the one goes that would expire first.</summary>
    public const int Most = 16;

    private readonly Lock _lock = new();
    private readonly List<Held> _held = [];

    /// <summary>A code that holds until it is used or the hub ends: whoever started the hub takes his time.</summary>
    public OneTimeCode MintFirst() => Mint(null);

    /// <summary>A code that holds for <see cref="Lifetime"/>.</summary>
    public OneTimeCode Mint() => Mint(time.GetUtcNow() + Lifetime);

    /// <summary>Uses a code up; false when it does not hold, or no longer.</summary>
    public bool TryUse(long bits)
    {
        var digest = Of(bits);
        lock (_lock)
        {
            Forget();
            var found = -1;
            // All are compared, so that the time taken does not tell which.
            for (var i = 0; i < _held.Count; i++) found = _held[i].Digest.Equals(digest) ? i : found;
            if (found < 0) return false;
            _held.RemoveAt(found);
            return true;
        }
    }

    private static Digest Of(long bits) => Digest.Of(BitConverter.GetBytes(bits));

    private OneTimeCode Mint(DateTimeOffset? expires)
    {
        var text = CodeText.New();
        _ = CodeText.TryParse(text, out var bits);
        // By the clock that nobody sets: a step of the other one neither ends a code nor keeps it.
        var held = new Held(Of(bits), expires is null ? null : time.GetTimestamp());
        lock (_lock)
        {
            Forget();
            if (_held.Count >= Most) _held.RemoveAt(Math.Max(0, _held.FindIndex(h => h.Minted is not null)));
            _held.Add(held);
        }
        return new OneTimeCode(text, expires);
    }

    private void Forget() => _held.RemoveAll(h => h.Minted is { } minted && time.GetElapsedTime(minted) >= Lifetime);

    private sealed record Held(Digest Digest, long? Minted);
}
