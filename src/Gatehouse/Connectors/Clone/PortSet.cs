using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Zmtp.Patterns;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// Three ports that speak one form: who is connected there, who follows what, and how updates are numbered. Numbers begin at 1 with each
/// epoch; what was there before has 0. Before the width is exhausted a new epoch begins, and everybody has to come back.
/// </summary>
/// <param name="form">How many frames its messages have.</param>
/// <param name="width">How many bytes its numbers have.</param>
/// <param name="output">Whom the readers belong to.</param>
/// <param name="totals">Where everything is counted.</param>
internal sealed class PortSet(KvForm form, int width, ICloneOutput output, CloneTotals totals)
{
    // What a subscription costs beside its bytes, about; and the most that those of one peer may take.
    private const int Cost = 128;
    private const int MostBytes = 4 * 1024 * 1024;

    private readonly PrefixTree<List<Subscriber>> _topics = new();
    private readonly HashSet<CloneReader> _readers = [];
    private long _base;
    private int _subscriptions;

    public KvForm Form { get; } = form;

    public int Width { get; } = width;

    /// <summary>The highest number of an epoch.</summary>
    public long Limit { get; init; } = width == Kv.ShortWidth ? int.MaxValue : long.MaxValue;

    /// <summary>Whether anybody follows anything.</summary>
    public bool HasSubscribers => _subscriptions > 0;

    /// <summary>How many subscribers have fallen behind.</summary>
    public int Slow { get; private set; }

    /// <summary>What stands on the wire for the number of a publication.</summary>
    public long NumberOf(long publication) => Math.Max(0, publication - _base);

    public void Add(CloneReader reader) => _readers.Add(reader);

    public void Remove(CloneReader reader)
    {
        reader.IsOpen = false;
        _readers.Remove(reader);
        if (reader is not Subscriber subscriber) return;
        if (subscriber.Cursor != 0) Slow--;
        foreach (var topic in subscriber.Topics()) Leave(subscriber, topic);
    }

    /// <summary>A subscriber follows keys that begin so. One that it follows already counts once, as with libzmq.</summary>
    public void Subscribe(Subscriber subscriber, ReadOnlySpan<byte> topic)
    {
        if (!subscriber.IsOpen || !subscriber.Add(topic)) return;
        subscriber.Bytes += topic.Length + Cost;
        var node = _topics.Add(topic);
        (node.Value ??= []).Add(subscriber);
        _subscriptions++;
        if (subscriber.Bytes <= MostBytes) return;
        totals.Count(CloneFault.TooManySubscriptions);
        subscriber.IsOpen = false;
        output.Drop(subscriber);
    }

    public void Cancel(Subscriber subscriber, ReadOnlySpan<byte> topic)
    {
        if (!subscriber.IsOpen || !subscriber.Remove(topic)) return;
        subscriber.Bytes -= topic.Length + Cost;
        Leave(subscriber, topic);
    }

    /// <summary>Gives an update to all who follow its key.</summary>
    /// <param name="publication">Its number among all publications.</param>
    /// <param name="isState">Whether it is in the cells, as the last one.</param>
    /// <param name="update">Its key and body.</param>
    /// <param name="uuid">What came with it.</param>
    /// <param name="properties">What came with it.</param>
    /// <param name="cells">Where those find it later who cannot take it now.</param>
    public void Publish(
        long publication, bool isState, UpdateEncoder update, ReadOnlySpan<byte> uuid, ReadOnlySpan<byte> properties, Cells cells)
    {
        if (publication - _base > Limit) BeginEpoch(publication - 1);
        if (_subscriptions == 0) return;
        ReadOnlySpan<byte> head = default;
        var search = _topics.Search(update.Key);
        while (search.Next() is { } node)
        {
            foreach (var subscriber in node.Value!)
            {
                if (subscriber.Mark == publication) continue;
                subscriber.Mark = publication;
                if (subscriber.Cursor != 0)
                {
                    CountMissed(isState);
                    continue;
                }
                if (head.IsEmpty)
                {
                    head = update.Head(Form, Width, update.Key, NumberOf(publication), uuid, properties, update.Body.Length);
                }
                subscriber.WasSpokenTo = true;
                if (output.Send(subscriber, head, update.Body) || !subscriber.IsOpen) continue;
                // From here on it gets the newest of each key, as soon as it takes something again.
                subscriber.Cursor = isState ? cells.AddBeforeLast() : cells.AddAtEnd();
                Slow++;
                totals.FellBehind++;
                CountMissed(isState);
            }
        }
    }

    /// <summary>A subscriber has caught up.</summary>
    public void CaughtUp() => Slow--;

    /// <summary>Says something to those who want to hear that the server is there, and have heard nothing since the last time.</summary>
    public void Beat(ReadOnlySpan<byte> heartbeat)
    {
        foreach (var reader in _readers)
        {
            if (reader is not Subscriber subscriber) continue;
            if (!subscriber.WasSpokenTo && subscriber.Wants(Kv.Heartbeat)) output.Send(subscriber, heartbeat, []);
            subscriber.WasSpokenTo = false;
        }
    }

    private void CountMissed(bool isState)
    {
        if (isState) totals.Conflated++;
        else totals.EventsMissed++;
    }

    // Nobody can go on from the old numbers, so nobody stays: who comes back asks for a snapshot.
    private void BeginEpoch(long publication)
    {
        _base = publication;
        totals.Epochs++;
        foreach (var reader in _readers)
        {
            reader.IsOpen = false;
            output.Drop(reader);
        }
    }

    private void Leave(Subscriber subscriber, ReadOnlySpan<byte> topic)
    {
        _subscriptions--;
        var node = _topics.Find(topic)!;
        node.Value!.Remove(subscriber);
        if (node.Value.Count == 0) node.Remove();
    }
}
