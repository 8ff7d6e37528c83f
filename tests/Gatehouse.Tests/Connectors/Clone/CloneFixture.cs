using System.Text;
using Gatehouse.Connectors.Clone;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Security;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Connectors.Clone;

/// <summary>A message as a reader heard it.</summary>
internal sealed record Heard(string Key, long Number, string Body, string Uuid = "", string Properties = "");

/// <summary>
/// A clone core between a tree and readers that are lists of messages, in rounds as the loop has them. Frames are Latin-1 text, so that
/// every byte can be written.
/// </summary>
internal sealed class CloneFixture : ICloneOutput, IDisposable
{
    private readonly List<CloneReader> _due = [];
    private readonly List<CloneReader> _dropped = [];
    private readonly int[] _room = new int[64];
    private readonly int _sendLimit;

    public CloneFixture(
        int sendLimit = 1 << 20, long limit = int.MaxValue, string[]? hide = null, int ringSize = 1024, int maxKeys = 100_000)
    {
        _sendLimit = sendLimit;
        Tree = Trees.New(ringSize: ringSize, maxKeys: maxKeys);
        Core = new CloneCore(this, new KeyFilter(hide ?? ["/hub/"]), sendLimit / 4);
        Short = new PortSet(KvForm.Short, Kv.ShortWidth, this, Core.Totals) { Limit = limit };
        Full = new PortSet(KvForm.Full, Kv.LongWidth, this, Core.Totals);
        Core.Sets.AddRange([Short, Full]);
        Intake = new UpdateIntake(Tree, Access, Core.Totals, (change, origin) =>
        {
            Writes.Add((change, origin));
            return Writes.Count <= MostWrites;
        })
        { KeepsExtras = true };
        Feed = new TreeFeed(Tree, Core, Intake.Extras, Trees.Tester);
        Feed.Begin();
    }

    public ValueTree Tree { get; }

    public CloneCore Core { get; }

    public PortSet Short { get; }

    public PortSet Full { get; }

    public UpdateIntake Intake { get; }

    public TreeFeed Feed { get; }

    public Refusal Access { get; } = new();

    public List<(Change Change, Origin Origin)> Writes { get; } = [];

    public int MostWrites { get; set; } = 100;

    public Origin Publisher { get; } = new("clone", "tcp://publisher");

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static Subscriber Follow(PortSet ports, params string[] topics)
    {
        var subscriber = new Subscriber(new Pipe(), ports);
        ports.Add(subscriber);
        foreach (var topic in topics) ports.Subscribe(subscriber, Bytes(topic));
        return subscriber;
    }

    public static SnapshotPeer Reader(PortSet ports)
    {
        var reader = new SnapshotPeer(new Pipe(), ports);
        ports.Add(reader);
        return reader;
    }

    public void Ask(SnapshotPeer reader, params string[] frames) => With(frames, (in message) => Core.Ask(reader, message));

    /// <summary>A snapshot as somebody gets it who reads all of it.</summary>
    public Heard[] Snapshot(PortSet ports, string subtree = "")
    {
        var reader = Reader(ports);
        Ask(reader, "ICANHAZ?", subtree);
        List<Heard> heard = [.. Drain(reader)];
        while (heard.Count == 0 || heard[^1].Key != "KTHXBAI")
        {
            Turn();
            heard.AddRange(Drain(reader));
        }
        Core.Closed(reader);
        return [.. heard];
    }

    /// <summary>A publisher sends a message of whatever frames.</summary>
    public void Push(params string[] frames) => With(frames, (in message) =>
    {
        if (Intake.Take(message, Publisher)) Intake.Flush();
    });

    /// <summary>A publisher sends an update.</summary>
    public void Update(string key, string body) => Push(key, "\0\0\0\0", body);

    /// <summary>The end of a round: what was taken is set, and what was set is published.</summary>
    public CloneFixture Round()
    {
        Intake.Flush();
        while (!Feed.Publish(1000)) { }
        foreach (var reader in _dropped) Core.Closed(reader);
        _dropped.Clear();
        return this;
    }

    /// <summary>Those go on who asked for it.</summary>
    public void Turn()
    {
        CloneReader[] due = [.. _due];
        _due.Clear();
        foreach (var reader in due) Core.Continue(reader);
    }

    /// <summary>A reader takes what waits for it, or so many messages of it.</summary>
    public Heard[] Drain(CloneReader reader, int most = int.MaxValue)
    {
        var pipe = (Pipe)reader.Connection;
        var heard = new List<Heard>();
        while (heard.Count < most && pipe.Messages.TryDequeue(out var bytes))
        {
            pipe.Pending -= bytes.Length;
            heard.Add(Read(bytes, reader.Ports));
        }
        if (reader.IsOpen) Core.Flushed(reader);
        return [.. heard];
    }

    public static bool Listens(SnapshotPeer reader) => ((Pipe)reader.Connection).Listens;

    public void Dispose()
    {
        Feed.Dispose();
        Tree.Dispose();
    }

    public bool Send(CloneReader reader, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var pipe = (Pipe)reader.Connection;
        if (!pipe.IsOpen || (pipe.Pending > 0 && pipe.Pending + head.Length + body.Length > _sendLimit)) return false;
        byte[] bytes = [.. head, .. body];
        pipe.Messages.Enqueue(bytes);
        pipe.Pending += bytes.Length;
        return true;
    }

    public int Pending(CloneReader reader) => ((Pipe)reader.Connection).Pending;

    public void GoOnLater(CloneReader reader) => _due.Add(reader);

    public void Listen(SnapshotPeer reader, bool isOn)
    {
        var pipe = (Pipe)reader.Connection;
        Assert.NotEqual(isOn, pipe.Listens);
        pipe.Listens = isOn;
    }

    public void Drop(CloneReader reader)
    {
        var pipe = (Pipe)reader.Connection;
        if (pipe.IsOpen) _dropped.Add(reader);
        pipe.IsOpen = false;
    }

    private Heard Read(byte[] bytes, PortSet ports)
    {
        Assert.True(ZmtpFrames.TryRead(bytes, _room, out var message));
        Assert.Equal(bytes.Length, message.EncodedSize);
        Assert.Equal(KvFault.None, KvMessage.TryRead(message, out var kv));
        Assert.Equal((ports.Form, ports.Width), (kv.Form, kv.Width));
        return new Heard(
            Encoding.Latin1.GetString(kv.Key), kv.Sequence, Encoding.Latin1.GetString(kv.Body), Encoding.Latin1.GetString(kv.Uuid),
            Encoding.Latin1.GetString(kv.Properties));
    }

    private void With(string[] frames, Taking take)
    {
        var bytes = ZmtpFrames.Encode(Frames.Of([.. frames.Select(Bytes)]));
        Assert.True(ZmtpFrames.TryRead(bytes, _room, out var message));
        take(message);
    }

    private delegate void Taking(in ZmtpMessage message);

    /// <summary>Who may write, until somebody says otherwise.</summary>
    internal sealed class Refusal : IAccess
    {
        public string? Forbidden { get; set; }

        public bool MayRead(Origin reader, Key key) => true;

        public bool MayWrite(Origin writer, Key key) => key.Text != Forbidden;

        public bool MayCall(Origin caller, string service) => true;
    }

    private sealed class Pipe
    {
        public Queue<byte[]> Messages { get; } = new();

        public int Pending { get; set; }

        public bool IsOpen { get; set; } = true;

        public bool Listens { get; set; } = true;
    }
}
