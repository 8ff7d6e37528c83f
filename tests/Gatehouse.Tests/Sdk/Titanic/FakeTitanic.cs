using System.Collections.Concurrent;
using System.Globalization;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Titanic;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Titanic;

/// <summary>A Titanic without a broker or a disk: written from RFC 9, with faults as a test wants them.</summary>
internal sealed class FakeTitanic(TimeProvider time) : ITitanicExchange
{
    private readonly ConcurrentDictionary<string, Stored> _requests = new(StringComparer.OrdinalIgnoreCase);
    private int _made;

    /// <summary>What has to happen to the next exchange; <see cref="FakeFault.None"/> lets it through.</summary>
    public Func<string, FakeFault> Fault { get; set; } = static _ => FakeFault.None;

    /// <summary>What a service answers; null: not yet.</summary>
    public Func<Frames, Frames?> Work { get; set; } = static frames => frames;

    /// <summary>Whether it waits as long as it is asked to, and no longer.</summary>
    public bool Waits { get; set; }

    /// <summary>What was asked: the service, and the frames as texts.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public IReadOnlyCollection<string> Ids => [.. _requests.Keys];

    /// <summary>How often each id was stored anew.</summary>
    public ConcurrentDictionary<string, int> Stores { get; } = new();

    public static string Text(Frames frames) => string.Join('|', Enumerable.Range(0, frames.Count).Select(frames.Text));

    public void Forget() => _requests.Clear();

    public async Task<MdpResult> TryCallAsync(string service, Frames frames, TimeSpan more, CancellationToken stop)
    {
        Asked.Enqueue($"{service} {Text(frames)}".TrimEnd());
        await Task.Yield();
        stop.ThrowIfCancellationRequested();
        var fault = Fault(service);
        switch (fault)
        {
            case FakeFault.Unreachable:
                return new MdpResult(MdpOutcome.Unreachable, "No broker answers.");
            case FakeFault.Nobody:
                return new MdpResult(Frames.Of("404"));
            case FakeFault.Full:
                return new MdpResult(Frames.Of("500"));
            case FakeFault.Garbage:
                return new MdpResult(Frames.Of("hello"));
        }
        var reply = await AnswerAsync(service, frames, stop);
        return fault switch
        {
            FakeFault.Lost => new MdpResult(MdpOutcome.ConnectionLost, "The connection broke."),
            FakeFault.Late => new MdpResult(MdpOutcome.Timeout, "No reply came in time."),
            _ => new MdpResult(reply),
        };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Frames> AnswerAsync(string service, Frames frames, CancellationToken stop)
    {
        if (service.StartsWith("titanic.request", StringComparison.Ordinal))
        {
            var id = service.Length > 16 ? service[16..] : $"{Interlocked.Increment(ref _made):x32}";
            var content = Text(frames);
            var stored = _requests.GetOrAdd(id, _ =>
            {
                Stores.AddOrUpdate(id, 1, (_, n) => n + 1);
                return new Stored(content, TitanicFrames.Without(1, frames));
            });
            return stored.Content == content ? Frames.Of("200 OK", id) : Frames.Of("400 another content");
        }
        if (service == "titanic.close")
        {
            _requests.TryRemove(frames.Text(0), out _);
            return Frames.Of("200");
        }
        Assert.Equal("titanic.reply", service);
        if (!_requests.TryGetValue(frames.Text(0), out var asked)) return Frames.Of("400");
        if (Work(asked.Body) is { } answer) return TitanicFrames.Before("200"u8.ToArray(), answer);
        if (Waits && frames.Count == 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(int.Parse(frames.Text(1), CultureInfo.InvariantCulture)), time, stop);
            if (Work(asked.Body) is { } late) return TitanicFrames.Before("200"u8.ToArray(), late);
        }
        return Frames.Of("300 Pending");
    }

    private sealed record Stored(string Content, Frames Body);
}

internal enum FakeFault
{
    None,

    /// <summary>It does not arrive.</summary>
    Unreachable,

    /// <summary>It is done, and the answer is lost.</summary>
    Lost,

    /// <inheritdoc cref="Lost"/>
    Late,

    /// <summary>The broker knows nobody.</summary>
    Nobody,

    /// <summary>It is not done.</summary>
    Full,

    /// <summary>Something else answers.</summary>
    Garbage,
}
