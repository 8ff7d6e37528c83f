using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Tests.Support;

/// <summary>A client of <c>/api/stream</c>, by the platform's own WebSocket.</summary>
internal sealed class StreamPeer : IAsyncDisposable
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly byte[] _buffer = new byte[1024 * 1024];

    public ClientWebSocket Socket { get; } = new();

    public static async Task<StreamPeer> OpenAsync(TestHub hub, params string[] messages)
    {
        var peer = new StreamPeer();
        peer.Socket.Options.SetRequestHeader("Authorization", $"Bearer {hub.Token}");
        await peer.Socket.ConnectAsync(AddressOf(hub), TestContext.Current.CancellationToken);
        foreach (var message in messages) await peer.SendAsync(message);
        return peer;
    }

    public static Uri AddressOf(TestHub hub) => new($"ws://{hub.Address.Authority}/api/stream");

    public Task SendAsync(string message) => Socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, _stop);

    /// <summary>The next message but beats; null when the hub has closed.</summary>
    public async Task<JsonElement?> TryNextAsync(bool withBeats = false)
    {
        while (true)
        {
            var count = 0;
            while (true)
            {
                var part = await Socket.ReceiveAsync(_buffer.AsMemory(count), _stop);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                count += part.Count;
                if (part.EndOfMessage) break;
            }
            using var document = JsonDocument.Parse(_buffer.AsMemory(0, count));
            if (withBeats || !IsBeat(document.RootElement)) return document.RootElement.Clone();
        }
    }

    public async Task<JsonElement> NextAsync() => await TryNextAsync() ?? throw new EndOfStreamException(Socket.CloseStatusDescription);

    /// <summary>Reads on until the hub closes; how it did.</summary>
    public async Task<(int Status, string? Reason)> ClosedAsync()
    {
        while (await TryNextAsync() is not null) { }
        return ((int)Socket.CloseStatus!, Socket.CloseStatusDescription);
    }

    /// <summary>Goes without a word.</summary>
    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public static bool IsBeat(JsonElement message) => message.GetProperty("event").GetString() == "beat";
}
