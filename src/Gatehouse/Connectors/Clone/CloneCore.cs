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
    private readonly SlotTable<byte> _verdicts = new();

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
    public void Ask(SnapshotPeer reader, in ZmtpMessage message)
    {
        var fault = KvSnapshotRequest.TryRead(message, out var subtree);
        if (fault != KvFault.None)
        {
            Totals.Count((CloneFault)fault);
            return;
        }
        if (!reader.IsOpen) return;
        (reader.Subtree, reader.Asked) = (subtree.ToArray(), Published);
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
        for (var left = Turn; left > 0;)
        {
            if (!_cells.TryPeek(reader.Cursor, out var place, out var entry, out var number))
            {
                Finish(reader);
                return;
            }
            // What has changed since a snapshot was asked for is its end, and goes out in one piece: else those who change things faster
            // than it comes by could keep it from ending.
            if (reader is not SnapshotPeer asked || number <= asked.Asked)
            {
                // It is told when that has become less.
                if (_output.Pending(reader) > _ahead) return;
                left--;
            }
            if (!(reader is SnapshotPeer asking ? GiveItem(asking, entry, number) : GiveNewest((Subscriber)reader, entry, number))) return;
            _cells.Pass(reader.Cursor, place);
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

    // False: it does not take this now, and comes back to it.
    private bool GiveItem(SnapshotPeer reader, Entry entry, long number)
    {
        // What was removed since it asked may have been given before; and the update that says so is older than the snapshot's end.
        var isNews = number > reader.Asked;
        if (entry.Removed && !isNews) return true;
        _update.TakeKey(entry.Key.Text);
        if (!_update.Key.StartsWith(reader.Subtree)) return true;
        _update.TakeBody(entry);
        // On these wires a value without bytes is one that is not there.
        return (!isNews && _update.Body.IsEmpty) || Send(reader, _update.Key, number, _update.Body);
    }

    private bool GiveNewest(Subscriber reader, Entry entry, long number)
    {
        _update.TakeKey(entry.Key.Text);
        if (!reader.Wants(_update.Key)) return true;
        _update.TakeBody(entry);
        reader.WasSpokenTo = true;
        return Send(reader, _update.Key, number, _update.Body);
    }

    private bool Send(CloneReader reader, ReadOnlySpan<byte> key, long number, ReadOnlySpan<byte> body)
    {
        var ports = reader.Ports;
        var head = _update.Head(ports.Form, ports.Width, key, ports.NumberOf(number), default, default, body.Length);
        return _output.Send(reader, head, body);
    }

    private void Finish(CloneReader reader)
    {
        if (reader is SnapshotPeer asking)
        {
            if (!Send(asking, Kv.Goodbye, Published, asking.Subtree)) return;
            Totals.Snapshots++;
            _output.Listen(asking, true);
        }
        else
        {
            reader.Ports.CaughtUp();
        }
        _cells.Remove(reader.Cursor);
        reader.Cursor = 0;
    }

    private void GoOnLater(CloneReader reader)
    {
        reader.IsDue = true;
        _output.GoOnLater(reader);
    }

    private bool Shows(Slot slot)
    {
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
