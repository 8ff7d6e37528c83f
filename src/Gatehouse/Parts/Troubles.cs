using System.Collections.Concurrent;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Parts;

/// <summary>
/// What keeps the hub from keeping a promise although it goes on, such as a full disk: told by <c>/readyz</c>, and as
/// <c>/hub/trouble/{name}</c> to the page and everybody else. Any thread.
/// </summary>
internal sealed class Troubles(Hub hub, Readiness readiness)
{
    private static readonly Origin Origin = new("hub");

    private readonly ConcurrentDictionary<string, string> _present = new(StringComparer.Ordinal);

    /// <summary>Something is wrong, or is wrong in another way.</summary>
    /// <param name="name">Whose trouble it is; a word.</param>
    /// <param name="words">What happened, to which thing, what to do.</param>
    public void Report(string name, string words)
    {
        if (_present.TryGetValue(name, out var before) && before == words) return;
        _present[name] = words;
        Show(new Change(KeyOf(name), Value.From(words), Quality: Quality.Bad));
    }

    /// <summary>It is over. Nothing happens when there was none.</summary>
    public void Clear(string name)
    {
        if (_present.TryRemove(name, out _)) Show(new Change(KeyOf(name), default, Removed: true));
    }

    private Key KeyOf(string name) => hub.Tree.Intern($"/hub/trouble/{KeySegment.Escape(name)}");

    private void Show(Change change)
    {
        var words = string.Join("; ", _present.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Value));
        readiness.Trouble = words.Length == 0 ? null : words;
        hub.Tree.Set(change, Origin);
    }
}
