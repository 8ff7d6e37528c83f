using System.Collections.Concurrent;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Parts;

/// <summary>
/// What keeps the hub from keeping a promise although it goes on, such as a full disk: told by <c>/readyz</c>, and as
/// <c>/hub/trouble/{name}</c> to the page and everybody else. What only wants to be seen is told there, but not by <c>/readyz</c>.
/// Any thread.
/// </summary>
internal sealed class Troubles(Hub hub, Readiness readiness)
{
    private static readonly Origin Origin = new("hub");

    private readonly ConcurrentDictionary<string, Trouble> _present = new(StringComparer.Ordinal);

    /// <summary>Something is wrong, or is wrong in another way.</summary>
    /// <param name="name">Whose trouble it is; a word.</param>
    /// <param name="words">What happened, to which thing, what to do.</param>
    public void Report(string name, string words) => Report(name, new Trouble(words, BreaksPromise: true));

    /// <summary>Something is not as it should be, but nothing that the hub has promised: it stays ready.</summary>
    /// <inheritdoc cref="Report(string, string)"/>
    public void Warn(string name, string words) => Report(name, new Trouble(words, BreaksPromise: false));

    /// <summary>It is over. Nothing happens when there was none.</summary>
    public void Clear(string name)
    {
        if (_present.TryRemove(name, out _)) Show(new Change(KeyOf(name), default, Removed: true));
    }

    private void Report(string name, Trouble trouble)
    {
        if (_present.TryGetValue(name, out var before) && before == trouble) return;
        _present[name] = trouble;
        Show(new Change(KeyOf(name), Value.From(trouble.Words), Quality: Quality.Bad));
    }

    private Key KeyOf(string name) => hub.Tree.Intern($"/hub/trouble/{KeySegment.Escape(name)}");

    private void Show(Change change)
    {
        var broken = _present.Where(t => t.Value.BreaksPromise).OrderBy(t => t.Key, StringComparer.Ordinal);
        var words = string.Join("; ", broken.Select(t => t.Value.Words));
        readiness.Trouble = words.Length == 0 ? null : words;
        hub.Tree.Set(change, Origin);
    }

    private readonly record struct Trouble(string Words, bool BreaksPromise);
}
