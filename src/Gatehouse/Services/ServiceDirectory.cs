using System.Collections.Concurrent;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;

namespace Gatehouse.Services;

/// <summary>A service as it is offered now.</summary>
internal sealed record Offer(ServiceName Name, IServiceOwner Owner, ServiceInfo Info, ServiceTally Tally);

/// <summary>
/// Who answers which name, and the way of every call from its caller to its owner and back. Each call that is sent ends exactly once:
/// with the owner's reply or one typed error. Any thread.
/// </summary>
internal sealed class ServiceDirectory(TimeProvider time, IAccess access)
{
    /// <summary>The longest deadline that a call may have.</summary>
    public static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(1);

    private readonly TimeProvider _time = time;
    private readonly ConcurrentDictionary<string, Offer> _offers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _gone = new(StringComparer.Ordinal);

    public ServiceInstruments Instruments { get; } = new();

    /// <summary>Told of each new offer, once it can be found, on the thread of whoever offers; must be quick.</summary>
    public event Action<ServiceName>? Offered;

    /// <summary>Everything that is offered now, by name.</summary>
    public IReadOnlyList<Offer> List() => [.. _offers.Values.OrderBy(o => o.Name.Text, StringComparer.Ordinal)];

    /// <summary>Who would answer a call of this name now: the exact name first, then the longest prefix; null for nobody.</summary>
    public Offer? Find(ReadOnlySpan<char> name)
    {
        var lookup = _offers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(name, out var exact)) return exact.Name.IsPrefix ? null : exact;
        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name[..dot].LastIndexOf('.'))
        {
            if (lookup.TryGetValue(name[..(dot + 1)], out var family)) return family;
        }
        return null;
    }

    /// <summary>Offers a name, or a prefix with a dot at its end, until what is returned is disposed.</summary>
    /// <exception cref="NameTakenException">Somebody offers it already.</exception>
    public IDisposable Offer(ServiceName nameOrPrefix, IServiceOwner owner, ServiceInfo info)
    {
        var offer = new Offer(nameOrPrefix, owner, info, Instruments.TallyOf(nameOrPrefix));
        if (!_offers.TryAdd(nameOrPrefix.Text, offer))
        {
            throw new NameTakenException(nameOrPrefix.Text, _offers[nameOrPrefix.Text].Owner.Name);
        }
        Offered?.Invoke(nameOrPrefix);
        return new Withdrawal(this, offer);
    }

    /// <summary>
    /// Hands a call to whoever offers its name: the exact name first, then the longest prefix. Never waits, never throws.
    /// </summary>
    public void Send(Call call)
    {
        call.Observe(Instruments, Instruments.Unmet);
        if (!access.MayCall(call.Origin, call.Name))
        {
            call.Complete(Reply.Forbidden(call.Name));
            return;
        }
        if (Find(call.Name) is not { } offer)
        {
            call.Complete(_gone.TryGetValue(call.Name, out var since)
                ? Reply.Busy($"'{call.Name}' is not offered at the moment; it went at {since:u}")
                : Reply.NoSuchService(call.Name));
            return;
        }
        call.Observe(Instruments, offer.Tally);
        try
        {
            offer.Owner.Accept(call);
        }
        catch (Exception e)
        {
            call.Complete(Reply.Failed($"{offer.Owner.Name} failed: {e.Message}"));
        }
        if (!call.HasEnded) call.Arm(_time);
    }

    /// <summary>Calls and waits for the reply. Errors of all kinds are replies too.</summary>
    /// <param name="name">The service.</param>
    /// <param name="frames">What it is given.</param>
    /// <param name="deadline">How long to wait; more than zero, at most <see cref="LongestDeadline"/>.</param>
    /// <param name="caller">Whose call it is.</param>
    /// <param name="stop">Gives the call up.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled before there was a reply.</exception>
    public ValueTask<Reply> CallAsync(string name, Frames frames, TimeSpan deadline, Origin caller, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(deadline, LongestDeadline);
        stop.ThrowIfCancellationRequested();
        var call = new AwaitedCall(name, frames, deadline, caller);
        Send(call);
        return call.Reply.IsCompleted || !stop.CanBeCanceled ? new(call.Reply) : WaitAsync(call, stop);
    }

    private static async ValueTask<Reply> WaitAsync(AwaitedCall call, CancellationToken stop)
    {
        var givenUp = false;
        using (stop.UnsafeRegister(_ => givenUp = call.Complete(Reply.Failed("the caller gave up")), null))
        {
            var reply = await call.Reply;
            if (!givenUp) return reply;
        }
        throw new OperationCanceledException(stop);
    }

    private sealed class Withdrawal(ServiceDirectory directory, Offer offer) : IDisposable
    {
        public void Dispose()
        {
            if (!directory._offers.TryGetValue(offer.Name.Text, out var present) || present != offer) return;
            // First: who calls in between is not to hear that nobody ever offered it.
            if (!offer.Name.IsPrefix) directory._gone[offer.Name.Text] = directory._time.GetUtcNow();
            directory._offers.TryRemove(new(offer.Name.Text, offer));
        }
    }
}
