using System.Collections.Concurrent;
using System.Text;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Io;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>An endpoint on a loop of its own, and what happened to its peers, as lines of text that a test can wait for.</summary>
internal sealed class Owner : IZmtpOwner, IAsyncDisposable
{
    private readonly BlockingCollection<string> _events = [];
    private readonly bool _ownsLoop;

    public Owner(ZmtpOptions options, string poller = "", TimeProvider? time = null, IoLoop? loop = null)
    {
        _ownsLoop = loop is null;
        Loop = loop ?? new IoLoop("test", time, poller.Length == 0 ? null : LoopPairs.Poller(poller));
        Endpoint = new ZmtpEndpoint(Loop, options, this, isPortable: poller == "select");
        Loop.Failed += error => _events.Add("failed " + error.Message);
    }

    public IoLoop Loop { get; }

    public ZmtpEndpoint Endpoint { get; }

    public Dictionary<string, ZmtpPeer> Peers { get; } = [];

    public ConcurrentQueue<ZmtpPeer> Opens { get; } = [];

    public ZmtpCounters Counters => Endpoint.Counters;

    public Action<ZmtpPeer, string>? OnMessage { get; set; }

    public Action<ZmtpPeer>? OnOpen { get; set; }

    /// <summary>Messages are long in some tests: then only their sizes are told.</summary>
    public bool TellsSizes { get; init; }

    /// <summary>The next event; fails when none comes.</summary>
    public string Next()
    {
        var isThere = _events.TryTake(out var next, (int)LoopPairs.Patience.TotalMilliseconds, TestContext.Current.CancellationToken);
        Assert.True(isThere, "nothing happened");
        return next!;
    }

    public void Expect(params ReadOnlySpan<string> events)
    {
        foreach (var expected in events) Assert.Equal(expected, Next());
    }

    /// <summary>What has not been taken yet.</summary>
    public List<string> Rest()
    {
        var rest = new List<string>();
        while (_events.TryTake(out var next)) rest.Add(next);
        return rest;
    }

    /// <summary>The one peer there is.</summary>
    public ZmtpPeer Peer => Loop.On(() => Assert.Single(Endpoint.Peers));

    public bool Write(ZmtpPeer peer, params string[] frames) => Loop.On(() => peer.Write(Frames.Of(frames)));

    public void Opened(ZmtpPeer peer)
    {
        Opens.Enqueue(peer);
        _events.Add($"opened {peer.SocketType} {Name(peer)}");
        OnOpen?.Invoke(peer);
    }

    public void Received(ZmtpPeer peer, in ZmtpMessage message)
    {
        var text = TellsSizes ? $"{message.From(0).Length}" : string.Join('|', message.ToFrames().Texts());
        _events.Add($"received {text}");
        OnMessage?.Invoke(peer, text);
    }

    public void Closed(ZmtpPeer peer, ZmtpFault reason) => _events.Add($"closed {reason}");

    public void Rejected(ZmtpPeer peer, ZmtpFault reason) => _events.Add($"rejected {reason}");

    public void Subscribed(ZmtpPeer peer, bool isSubscribed, ReadOnlySpan<byte> topic) =>
        _events.Add($"{(isSubscribed ? "subscribed" : "cancelled")} {Encoding.UTF8.GetString(topic)}");

    public async ValueTask DisposeAsync()
    {
        await Endpoint.DisposeAsync();
        if (_ownsLoop) Loop.Dispose();
        _events.Dispose();
    }

    private static string Name(ZmtpPeer peer) => peer.Identity.Span is [0, ..] ? "unnamed" : Encoding.UTF8.GetString(peer.Identity.Span);
}

internal static class FramesText
{
    public static IEnumerable<string> Texts(this Frames frames) => Enumerable.Range(0, frames.Count).Select(frames.Text);
}
