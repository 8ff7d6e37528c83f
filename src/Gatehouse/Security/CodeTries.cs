using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Security;

/// <summary>
/// Limits how often codes can be guessed: per address, and over all addresses of the network. This machine has a limit of its own, so
/// that nobody out there can shut its user out by guessing. A success costs nothing. Any thread.
/// </summary>
internal sealed class CodeTries(TimeProvider time)
{
    /// <summary>Failed tries of one address at once; then one each <see cref="Period"/>.</summary>
    public const int Burst = 10;

    /// <summary>Failed tries of the whole network at once; then one each <see cref="PeriodOfAll"/>.</summary>
    public const int BurstOfAll = 60;

    public static readonly TimeSpan Period = TimeSpan.FromSeconds(6);
    public static readonly TimeSpan PeriodOfAll = TimeSpan.FromSeconds(1);

    private const string ThisMachine = "";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, TokenBucket> _addresses = new(StringComparer.Ordinal);
    private readonly TokenBucket _all = new(BurstOfAll, PeriodOfAll, time);

    /// <summary>How many addresses are remembered: those that failed within the last minute.</summary>
    public int Addresses
    {
        get
        {
            lock (_lock) return _addresses.Count;
        }
    }

    /// <summary>Begins a try: null when it may be made, else how long to wait.</summary>
    /// <param name="address">Of who tries; null for this machine.</param>
    public TimeSpan? Begin(IPAddress? address)
    {
        var name = NameOf(address);
        lock (_lock)
        {
            if (!_addresses.TryGetValue(name, out var own)) own = new TokenBucket(Burst, Period, time);
            var wait = own.Wait;
            if (name != ThisMachine && _all.Wait > wait) wait = _all.Wait;
            if (wait > TimeSpan.Zero) return wait;
            own.Take();
            if (name != ThisMachine) _all.Take();
            // What is full has nothing to remember; what all together may try bounds how many are not.
            foreach (var (full, _) in _addresses.Where(a => a.Value.IsFull).ToList()) _addresses.Remove(full);
            _addresses[name] = own;
            return null;
        }
    }

    /// <summary>The try was a success.</summary>
    public void Succeed(IPAddress? address)
    {
        var name = NameOf(address);
        lock (_lock)
        {
            if (_addresses.TryGetValue(name, out var own)) own.GiveBack();
            if (name != ThisMachine) _all.GiveBack();
        }
    }

    // Whoever has one address of version 6 has all of its network's 2^64.
    private static string NameOf(IPAddress? address)
    {
        if (address is null) return ThisMachine;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}
