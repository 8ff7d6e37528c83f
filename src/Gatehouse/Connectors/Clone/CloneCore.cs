using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tree;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// What is published, to whom, and in which order. Every change that is shown gets the next number and goes to the end of the cells. A
/// snapshot, and a subscriber that could not take an update, read the cells in that order, up to the end: nothing is missed, whatever
/// changes meanwhile. One thread; no socket, no clock.
/// </summary>
internal sealed class CloneCore
{
    // Cells looked at in one turn: few enough that others wait no longer than a millisecond or so.
    private const int Turn = 8192;

    private const byte Unknown = 0, Shown = 1, Hidden = 2;

    private static readonly byte[] Heartbeat = Beat();

    private readonly ICloneOutput _output;
    private readonly KeyFilter _hidden;
    private readonly int _ahead;
    private readonly Cells _cells = new();
    private readonly UpdateEncoder _update = new();
    private byte[] _verdicts = [];

    /// <param name="output">Where readers are written to.</param>
    /// <param name="hidden">The keys that nobody sees.</param>
    /// <param name="ahead">How many bytes of a snapshot may wait for its reader.</param>
    public CloneCore(ICloneOutput output, KeyFilter hidden, int ahead)
    {
        (_output, _hidden, _ahead) = (output, hidden, ahead);
    }

    public CloneTotals Totals { get; } = new();

    /// <summary>The sets of ports; added before anything is published.</summary>
    public List<PortSet> Sets { get; } = [];

    /// <summary>How many changes were published.</summary>
    public long Published { get; private set; }

    /// <summary>How many keys have a value that is shown.</summary>
    public int Keys => _cells.Count;

    /// <summary>How many subscribers have fallen behind.</summary>
    public int Slow => Sets.Sum(set => set.Slow);

    /// <summary>How many readers stand somewhere in the cells.</summary>
    public int Cursors => _cells.Cursors;

    /// <summary>Takes what was there before the first publication.</summary>
    public void TakePresent(Entry entry)
    {
        var slot = (Slot)entry.Key;
        if (!entry.Removed && !slot.IsEvent && Shows(slot)) _cells.Put(slot.Index, entry, 0);
    }

    /// <summary>Publishes a change of the tree.</summary>
    /// <param name="entry">Later than all before it.</param>
    /// <param name="uuid">What came with it from a publisher.</param>
    /// <param name="properties">What came with it from a publisher.</param>
    public void Take(Entry entry, ReadOnlySpan<byte> uuid, ReadOnlySpan<byte> properties)
    {
        var slot = (Slot)entry.Key;
        if (!Shows(slot)) return;
        Published++;
        if (!slot.IsEvent) _cells.Put(slot.Index, entry, Published);
        var isEncoded = false;
        foreach (var set in Sets)
        {
            if (set.HasSubscribers && !isEncoded)
            {
                _update.TakeKey(slot.Text);
                _update.TakeBody(entry);
                isEncoded = true;
            }
            set.Publish(Published, !slot.IsEvent, _update, uuid, properties, _cells);
        }
    }

    /// <summary>A peer asks for a snapshot. None of its requests may come until this one is served.</summary>
    public void Ask(SnapshotReader reader, in ZmtpMessage message)
    {
        var fault = KvSnapshotRequest.TryRead(message, out var subtree);
        if (fault != KvFault.None)
        {
            Totals.Count((CloneFault)fault);
            return;
        }
        if (!reader.IsOpen) return;
        reader.Subtree = subtree.ToArray();
        reader.Cursor = _cells.AddAtStart();
        _output.Listen(reader, false);
        Continue(reader);
    }

    /// <summary>What waited for a reader was taken, or some of it.</summary>
    public void Flushed(CloneReader reader)
    {
        // Not here and now: one whose system takes all at once would keep everybody else waiting.
        if (reader.Cursor != 0 && !reader.IsDue && _output.Pending(reader) <= _ahead / 2) GoOnLater(reader);
    }

    /// <summary>Gives a reader what comes next for it, as much as it takes.</summary>
    public void Continue(CloneReader reader)
    {
        reader.IsDue = false;
        if (reader.Cursor == 0 || !reader.IsOpen) return;
        for (var left = Turn; left > 0; left--)
        {
            // It is told when that has become less.
            if (_output.Pending(reader) > _ahead) return;
            if (!_cells.TryNext(reader.Cursor, out var entry, out var number))
            {
                Finish(reader);
                return;
            }
            if (reader is SnapshotReader asking) GiveItem(asking, entry, number);
            else GiveNewest((Subscriber)reader, entry, number);
        }
        GoOnLater(reader);
    }

    public void Closed(CloneReader reader)
    {
        reader.Ports.Remove(reader);
        if (reader.Cursor == 0) return;
        _cells.Remove(reader.Cursor);
        reader.Cursor = 0;
    }

    /// <summary>Tells those who have heard nothing since the last time that the server is there.</summary>
    public void TellAlive()
    {
        foreach (var set in Sets)
        {
            if (set.Form == KvForm.Full) set.Beat(Heartbeat);
        }
    }

    private static byte[] Beat()
    {
        var bytes = new byte[KvHead.Size(KvForm.Full, Kv.LongWidth, Kv.Heartbeat.Length, 0, 0, 0)];
        KvHead.Write(bytes, KvForm.Full, Kv.LongWidth, Kv.Heartbeat, 0, default, default, 0);
        return bytes;
    }

    private void GiveItem(SnapshotReader reader, Entry entry, long number)
    {
        if (entry.Removed) return;
        _update.TakeKey(entry.Key.Text);
        if (!_update.Key.StartsWith(reader.Subtree)) return;
        _update.TakeBody(entry);
        // On these wires a value without bytes is one that is not there.
        if (_update.Body.IsEmpty) return;
        Send(reader, number);
    }

    private void GiveNewest(Subscriber reader, Entry entry, long number)
    {
        _update.TakeKey(entry.Key.Text);
        if (!reader.Wants(_update.Key)) return;
        _update.TakeBody(entry);
        reader.WasSpokenTo = true;
        Send(reader, number);
    }

    private void Send(CloneReader reader, long number)
    {
        var ports = reader.Ports;
        var head = _update.Head(ports.Form, ports.Width, _update.Key, ports.NumberOf(number), default, default, _update.Body.Length);
        _output.Send(reader, head, _update.Body);
    }

    private void Finish(CloneReader reader)
    {
        _cells.Remove(reader.Cursor);
        reader.Cursor = 0;
        if (reader is not SnapshotReader asking)
        {
            reader.Ports.CaughtUp();
            return;
        }
        var ports = reader.Ports;
        var subtree = asking.Subtree;
        var head = _update.Head(ports.Form, ports.Width, Kv.Goodbye, ports.NumberOf(Published), default, default, subtree.Length);
        _output.Send(reader, head, subtree);
        Totals.Snapshots++;
        _output.Listen(asking, true);
    }

    private void GoOnLater(CloneReader reader)
    {
        reader.IsDue = true;
        _output.GoOnLater(reader);
    }

    private bool Shows(Slot slot)
    {
        if (slot.Index >= _verdicts.Length) Array.Resize(ref _verdicts, Math.Max(1024, (slot.Index + 1) * 2));
        ref var verdict = ref _verdicts[slot.Index];
        if (verdict == Unknown) verdict = IsHidden(slot.Text) ? Hidden : Shown;
        return verdict == Shown;
    }

    private bool IsHidden(string path)
    {
        if (_hidden.Matches(path)) return true;
        _update.TakeKey(path);
        return WireKey.IsReserved(_update.Key);
    }
}
