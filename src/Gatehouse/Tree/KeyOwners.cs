using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>Which part owns which keys. Few owners, many keys: each slot keeps its own, found once.</summary>
internal sealed class KeyOwners
{
    /// <summary>How long an owner may take to confirm a write.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _changing = new();
    private (KeyFilter Filter, IKeyOwner Owner)[] _owners = [];

    public void Add(KeyFilter filter, IKeyOwner owner)
    {
        lock (_changing)
        {
            foreach (var other in _owners)
            {
                if (other.Filter.Overlaps(filter)) throw new NameTakenException(filter.ToString(), other.Owner.Name);
            }
            _owners = [.. _owners, (filter, owner)];
        }
    }

    public void Remove(KeyFilter filter, IKeyOwner owner)
    {
        lock (_changing) _owners = [.. _owners.Where(o => !(ReferenceEquals(o.Filter, filter) && ReferenceEquals(o.Owner, owner)))];
    }

    public IKeyOwner? Find(Key key)
    {
        foreach (var (filter, owner) in Volatile.Read(ref _owners))
        {
            if (filter.Matches(key)) return owner;
        }
        return null;
    }

    public void Assign(ReadOnlySpan<Slot> slots)
    {
        foreach (var slot in slots) slot.Owner = Find(slot);
    }

    /// <summary>Asks the owner, and answers in its place when it throws or takes too long.</summary>
    public static async ValueTask<WriteResult> WriteAsync(
        IKeyOwner owner, Change change, Origin origin, TimeProvider time, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            return await owner.WriteAsync(change, origin, either.Token).AsTask().WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return new WriteResult(
                WriteStatus.Timeout, null, $"{owner.Name} did not confirm within {Patience.TotalSeconds:0} s; it may still happen");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new WriteResult(WriteStatus.Failed, null, $"{owner.Name} failed: {e.Message}");
        }
    }
}
