using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Requests;

/// <summary>Shows what the queue counts as <c>/hub/requests/…</c>: what has changed, and no more. One thread.</summary>
internal sealed class RequestValues(ValueTree tree)
{
    private static readonly Origin Origin = new("requests");

    private readonly Dictionary<string, (Key Key, long Value)> _shown = new(StringComparer.Ordinal);
    private readonly List<Change> _changes = [];

    public void Show(RequestQueue queue)
    {
        var (instruments, dispatcher) = (queue.Instruments, queue.Dispatcher);
        Note("pending", instruments.Pending);
        Note("running", dispatcher.UnderWay);
        Note("targets", dispatcher.Targets);
        Note("held", dispatcher.Held);
        Note("accepted", Volatile.Read(ref instruments.Accepted));
        Note("known", Volatile.Read(ref instruments.Known));
        Note("refused", instruments.Refused);
        Note("notStored", Volatile.Read(ref instruments.NotStored));
        Note("delivered", instruments.Delivered);
        Note("retried", instruments.Retried);
        Note("answered", Volatile.Read(ref instruments.Answered));
        Note("failed", Volatile.Read(ref instruments.Failed));
        Note("expired", Volatile.Read(ref instruments.Expired));
        Note("closed", Volatile.Read(ref instruments.Closed));
        if (_changes.Count == 0) return;
        tree.Set(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_changes), Origin);
        _changes.Clear();
    }

    private void Note(string name, long value)
    {
        var isShown = _shown.TryGetValue(name, out var shown);
        if (isShown && shown.Value == value) return;
        var key = isShown ? shown.Key : tree.Intern($"/hub/requests/{name}");
        _shown[name] = (key, value);
        _changes.Add(new Change(key, Value.From(value)));
    }
}
