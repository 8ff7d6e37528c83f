using System.Text;
using System.Text.Unicode;

namespace Gatehouse.Sdk.Clone;

/// <summary>A snapshot while it comes, and the updates that come beside it. Pure; the loop's thread.</summary>
internal sealed class KvSnapshot
{
    private readonly Dictionary<string, (byte[] Body, long Sequence)> _beside = new(StringComparer.Ordinal);

    /// <summary>What it has so far.</summary>
    public Dictionary<string, (byte[] Body, long Sequence)> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>The number that it reaches, once it is complete; then what came beside it included.</summary>
    public long Sequence { get; private set; }

    /// <summary>Begins the snapshot anew; what came beside it stays.</summary>
    public void Restart() => Items.Clear();

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Items.Clear();
        _beside.Clear();
        Sequence = 0;
    }

    /// <summary>Takes an item.</summary>
    /// <returns>False when its key is not UTF-8.</returns>
    public bool Add(in KvMessage item)
    {
        if (!Utf8.IsValid(item.Key)) return false;
        // No bytes mean that it is not there, or not any more: a server says so of what was deleted while the snapshot went out.
        var key = Encoding.UTF8.GetString(item.Key);
        if (item.Body.IsEmpty) Items.Remove(key);
        else Items[key] = (item.Body.ToArray(), item.Sequence);
        return true;
    }

    /// <summary>Takes an update. The last one of a key is all that counts.</summary>
    /// <returns>False when its key is not UTF-8.</returns>
    public bool Beside(in KvMessage update)
    {
        if (!Utf8.IsValid(update.Key)) return false;
        _beside[Encoding.UTF8.GetString(update.Key)] = (update.Body.ToArray(), update.Sequence);
        return true;
    }

    /// <summary>Forgets what came beside it: it was of another epoch.</summary>
    public void ForgetBeside() => _beside.Clear();

    /// <summary>It is complete up to this number: what came beside it and is newer is put over it.</summary>
    public void Complete(long sequence)
    {
        Sequence = sequence;
        foreach (var (key, update) in _beside)
        {
            if (update.Sequence <= sequence) continue;
            if (update.Body.Length == 0) Items.Remove(key);
            else Items[key] = update;
            Sequence = Math.Max(Sequence, update.Sequence);
        }
        _beside.Clear();
    }
}
