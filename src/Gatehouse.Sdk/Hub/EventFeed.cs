using System.Net.ServerSentEvents;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Hub;

/// <summary>The events of one connection (WHATWG HTML, section 9.2). Whatever the bytes are, reading throws what is documented.</summary>
internal sealed class EventFeed : IAsyncDisposable
{
    public const string ContentType = "text/event-stream";

    /// <summary>A snapshot of more keys than a hub may have fits.</summary>
    public const int MostBytesPerEvent = 256 * 1024 * 1024;

    private readonly HubRequests _requests;
    private readonly HttpResponseMessage? _response;
    private readonly Stream _inner;
    private readonly PatientStream _stream;
    private readonly SseParser<Entry[]?> _parser;
    private readonly IAsyncEnumerator<SseItem<Entry[]?>> _items;

    internal EventFeed(HubRequests requests, Stream stream, HttpResponseMessage? response = null)
    {
        _requests = requests;
        _response = response;
        _inner = stream;
        _stream = new PatientStream(stream, requests.Time);
        _parser = SseParser.Create(_stream, (type, data) => IsKnown(type) ? EntryJson.ReadArray(data.ToArray()) : null);
        _items = _parser.EnumerateAsync().GetAsyncEnumerator();
    }

    public static async Task<EventFeed> OpenAsync(HubRequests requests, HttpRequestMessage request, CancellationToken stop)
    {
        var response = await requests.OpenAsync(request, stop).ConfigureAwait(false);
        try
        {
            if (response.Content.Headers.ContentType?.MediaType != ContentType)
            {
                throw new HubAnswerException(requests.Root, "it does not send events");
            }
            return new EventFeed(requests, await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false), response);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The next event; null when the hub ended the connection. Events of a kind that is not known are passed over.</summary>
    /// <exception cref="HubUnreachableException">The connection broke, or fell silent.</exception>
    /// <exception cref="HubAnswerException">This is not what a hub sends.</exception>
    public async Task<HubEvent?> ReadAsync(CancellationToken stop)
    {
        _stream.Stop = stop;
        try
        {
            while (await _items.MoveNextAsync().ConfigureAwait(false))
            {
                _stream.BeginEvent();
                if (_items.Current.Data is { } entries) return new HubEvent(KindOf(_items.Current.EventType), _parser.LastEventId, entries);
            }
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw _requests.Failure(e);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new HubUnreachableException(_requests.Root, "it has fallen silent", e);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new HubAnswerException(_requests.Root, e.Message, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
        _response?.Dispose();
    }

    private static bool IsKnown(string type) => type is "snapshot" or "change" or "gap";

    private static HubEventKind KindOf(string type) => type switch
    {
        "snapshot" => HubEventKind.Snapshot,
        "gap" => HubEventKind.Gap,
        _ => HubEventKind.Change,
    };
}
