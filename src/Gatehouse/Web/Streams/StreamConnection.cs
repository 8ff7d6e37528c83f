using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Gatehouse.Runtime.Logs;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Tree;
using Gatehouse.Web.Events;

namespace Gatehouse.Web.Streams;

/// <summary>What streams are made of.</summary>
internal sealed record StreamSources(ValueTree Tree, LogTail Log, IAccess Access, TimeProvider Time);

/// <summary>
/// One client of <c>/api/stream</c>. One task reads what it asks for, the other sends what its channels have, at most twenty times a
/// second; the hub never waits for either. Whatever ends it, the close frame says why.
/// </summary>
internal sealed class StreamConnection(WebSocket socket, StreamSources sources, Origin reader) : IDisposable
{
    public const int MostChannels = 32;

    /// <summary>The longest message of a client.</summary>
    public const int MostMessageBytes = 64 * 1024;

    /// <summary>A beat comes at least so often, so that a client knows a dead connection from a quiet hub.</summary>
    public static readonly TimeSpan BeatPeriod = TimeSpan.FromSeconds(10);

    /// <summary>How long a client has to take what is on its way and to close its side.</summary>
    public static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(1);

    /// <summary>Where the rights to the log are: whoever may read this key may read it.</summary>
    public static readonly Key LogKey = Key.Parse("/hub/log");

    private const int ReadBytes = 4096;

    private readonly Channel<StreamRequest> _requests = Channel.CreateBounded<StreamRequest>(MostChannels);
    private readonly Channel<bool> _pulse =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _endLock = new();
    private StreamFault? _end;

    // The sender's.
    private readonly SortedDictionary<int, StreamChannel> _channels = [];
    private readonly StreamMessage _message = new();
    private long _lastBeat;

    /// <summary>Serves until the client goes, or one of the tokens ends it.</summary>
    /// <param name="stopping">The hub stops.</param>
    /// <param name="sessionEnd">The session that opened it has ended.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken sessionEnd)
    {
        using var abort = new CancellationTokenSource();
        await using var patience = sources.Time.CreateTimer(
            static source => ((CancellationTokenSource)source!).Cancel(), abort, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var ended = _ending.Token.Register(() => patience.Change(ClosePatience, Timeout.InfiniteTimeSpan));
        using var stop = stopping.Register(() => End(WebSocketCloseStatus.EndpointUnavailable, "the hub stops"));
        using var signedOut = sessionEnd.Register(() => End(WebSocketCloseStatus.PolicyViolation, "the session has ended"));
        try
        {
            await Task.WhenAll(ReadAsync(abort.Token), SendAsync(abort.Token));
        }
        catch (WebSocketException e) when (e.WebSocketErrorCode is WebSocketError.Faulted)
        {
            // It broke the protocol, and has been told so; closing at once might overtake that.
            await Task.Delay(ClosePatience, sources.Time, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or IOException
            || (e is OperationCanceledException && abort.IsCancellationRequested))
        {
            // The client has gone, or did not take its leave in time: either way there is nobody to tell.
        }
    }

    public void Dispose()
    {
        foreach (var channel in _channels.Values) channel.Dispose();
        _message.Dispose();
        _ending.Dispose();
    }

    private void End(WebSocketCloseStatus status, string reason) => End(new StreamFault(status, reason));

    // The first reason counts.
    private void End(StreamFault fault)
    {
        lock (_endLock)
        {
            if (_end is not null) return;
            _end = fault;
        }
        _ending.Cancel();
    }

    private void Pulse() => _pulse.Writer.TryWrite(true);

    // Ends when the client has closed its side. After a fault what still comes is taken and left unread.
    private async Task ReadAsync(CancellationToken abort)
    {
        var message = new ArrayBufferWriter<byte>(ReadBytes);
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(message.GetMemory(ReadBytes), abort);
                if (part.MessageType == WebSocketMessageType.Close) break;
                if (_ending.IsCancellationRequested) continue;
                message.Advance(part.Count);
                if (part.MessageType == WebSocketMessageType.Binary)
                {
                    End(WebSocketCloseStatus.InvalidMessageType, "messages are JSON texts");
                }
                else if (message.WrittenCount > MostMessageBytes)
                {
                    End(WebSocketCloseStatus.MessageTooBig, $"a message has at most {MostMessageBytes} bytes");
                }
                else if (part.EndOfMessage) await TakeAsync(message);
            }
        }
        finally
        {
            End(WebSocketCloseStatus.NormalClosure, "");
        }
    }

    private async ValueTask TakeAsync(ArrayBufferWriter<byte> message)
    {
        if (StreamRequest.TryParse(message.WrittenMemory, out var request, out var fault))
        {
            try
            {
                await _requests.Writer.WriteAsync(request, _ending.Token);
            }
            catch (OperationCanceledException)
            {
                return; // nobody carries it out any more
            }
            Pulse();
        }
        else End(fault);
        message.ResetWrittenCount();
    }

    private async Task SendAsync(CancellationToken abort)
    {
        await using var beats = sources.Time.CreateTimer(_ => Pulse(), null, BeatPeriod / 2, BeatPeriod / 2);
        _lastBeat = sources.Time.GetTimestamp();
        try
        {
            while (!_ending.IsCancellationRequested) await SendRoundAsync(abort);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            // It ends while it waits for news.
        }
        finally
        {
            End(WebSocketCloseStatus.InternalServerError, "");
        }
        var (status, reason) = _end!.Value;
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(status, reason, abort);
    }

    private async Task SendRoundAsync(CancellationToken abort)
    {
        var sent = await CarryOutAsync(abort);
        foreach (var channel in _channels.Values)
        {
            var (bytes, mayGoOn) = (0, true);
            while (mayGoOn && bytes < ChangeCursor.MostBytesPerFlush && channel.TryWrite(_message, out mayGoOn))
            {
                bytes += _message.Written.Length;
                await SendAsync(_message.Written, abort);
            }
            sent |= bytes > 0;
        }
        if (sources.Time.GetElapsedTime(_lastBeat) >= BeatPeriod / 2)
        {
            await SendAsync(StreamMessage.Beat, abort);
            _lastBeat = sources.Time.GetTimestamp();
        }
        if (sent) await Task.Delay(ChangeCursor.FlushPeriod, sources.Time, _ending.Token);
        else
        {
            foreach (var channel in _channels.Values) channel.Arm();
            await _pulse.Reader.ReadAsync(_ending.Token);
        }
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken abort) =>
        socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, abort);

    // True when something was answered at once.
    private async ValueTask<bool> CarryOutAsync(CancellationToken abort)
    {
        var answered = false;
        while (_requests.Reader.TryRead(out var request))
        {
            if (request is StreamClose)
            {
                if (_channels.Remove(request.Channel, out var closed)) closed.Dispose();
                continue;
            }
            if (_channels.ContainsKey(request.Channel))
            {
                // An answer on that channel would be taken for one to what it is open for.
                End(WebSocketCloseStatus.PolicyViolation, $"channel {request.Channel} is open already");
                return answered;
            }
            if (Refusal(request) is { } detail)
            {
                _message.Refused(request.Channel, detail);
                await SendAsync(_message.Written, abort);
                answered = true;
            }
            else _channels.Add(request.Channel, Open(request));
        }
        return answered;
    }

    private string? Refusal(StreamRequest request) => request switch
    {
        StreamRefusal refusal => refusal.Detail,
        _ when _channels.Count >= MostChannels => $"{MostChannels} channels are open; close one first",
        StreamLog when !sources.Access.MayRead(reader, LogKey) => "you may not read the log",
        _ => null,
    };

    private StreamChannel Open(StreamRequest request) => request switch
    {
        StreamChanges changes => new ChangesChannel(
            request.Channel, new ChangeCursor(sources.Tree, changes.Filter, changes.After, reader), Pulse),
        StreamLog log => new LogChannel(request.Channel, sources.Log, log, Pulse),
        _ => throw new InvalidOperationException($"{request} opens nothing."),
    };
}
