using System.Text;
using Gatehouse.Sdk.Clone;

namespace Gatehouse.Tests.Sdk.Clone;

/// <summary>A follower and its view without a socket: what a server says goes in, and the effect comes out.</summary>
internal sealed class KvTalk
{
    public const long Silence = 5000;
    private readonly byte[] _room = new byte[4096];

    public KvTalk(int servers = 1, string filter = "", bool hasHeartbeats = true) =>
        Follower = new KvFollower(new KvFollowerTerms(servers, Encoding.UTF8.GetBytes(filter), hasHeartbeats, Silence), View);

    public KvView View { get; } = new();

    public KvFollower Follower { get; }

    public long Now { get; set; } = 1000;

    public string Values => string.Join(' ', View.All("").Select(e => $"{e.Key}={Encoding.UTF8.GetString(e.Body.Span)}"));

    /// <summary>The notices since the last time.</summary>
    public string Notices
    {
        get
        {
            var kinds = string.Join(' ', Follower.Notices.Select(n => n.Kind));
            Follower.Notices.Clear();
            return kinds;
        }
    }

    public static KvTalk Live(long sequence, int servers = 1, string filter = "", params (string Key, string Body)[] items)
    {
        var talk = new KvTalk(servers, filter);
        Assert.Equal(KvEffect.Join, talk.Follower.Start(talk.Now));
        talk.Snapshot(sequence, items);
        Assert.Equal("Ready", talk.Notices);
        return talk;
    }

    /// <summary>All that leads to a snapshot, and one.</summary>
    public void Snapshot(long sequence, params (string Key, string Body)[] items)
    {
        Assert.Equal(KvEffect.None, Follower.Opened(Now, answers: true));
        Assert.Equal(KvEffect.OpenSnapshot, Follower.Settled(Now));
        Answer(sequence, items);
    }

    public void Answer(long sequence, params (string Key, string Body)[] items)
    {
        Assert.Equal(KvEffect.Ask, Follower.SnapshotOpened(Now));
        foreach (var (key, body) in items) Assert.Equal(KvEffect.None, Item(key, 1, body));
        Assert.Equal(KvEffect.CloseSnapshot, Item("KTHXBAI", sequence, ""));
    }

    public KvEffect Item(string key, long sequence, string body)
    {
        var fault = KvMessage.TryRead(KvSamples.Read(Encode(key, sequence, body)), out var kv);
        Assert.Equal(KvFault.None, fault);
        return Follower.Item(Now, kv);
    }

    public KvEffect Update(string key, long sequence, string body)
    {
        var fault = KvMessage.TryRead(KvSamples.Read(Encode(key, sequence, body)), out var kv);
        Assert.Equal(KvFault.None, fault);
        return Follower.Update(Now, kv);
    }

    public KvEffect After(long time)
    {
        Now += time;
        return Follower.Tick(Now);
    }

    private byte[] Encode(string key, long sequence, string body)
    {
        var (k, b) = (Encoding.Latin1.GetBytes(key), Encoding.Latin1.GetBytes(body));
        var used = KvHead.Write(_room, KvForm.Full, 8, k, sequence, [], [], b.Length);
        return [.. _room[..used], .. b];
    }
}
