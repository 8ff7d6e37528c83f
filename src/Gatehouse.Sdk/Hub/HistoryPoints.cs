using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Gatehouse.Sdk.Hub;

/// <summary>
/// A range of a series: what is known of it, and its points as they come from the hub, so that a long range does not stand in memory.
/// </summary>
/// <remarks>Read it once, by one reader, and dispose of it: that ends the answer, also in the middle.</remarks>
public sealed class HistoryPoints : IAsyncDisposable
{
    private readonly HubRequests _requests;
    private readonly HttpResponseMessage _response;
    private readonly PatientStream _stream;
    private readonly HistoryBody _body = new();
    private byte[] _buffer = new byte[64 * 1024];
    private int _length;
    private bool _ended;

    private HistoryPoints(HubRequests requests, HttpResponseMessage response, Stream stream) =>
        (_requests, _response, _stream) = (requests, response, new PatientStream(stream, requests.Time));

    /// <summary>What the points are of.</summary>
    public SeriesInfo Series => _body.Series;

    internal static async Task<HistoryPoints> OpenAsync(HubRequests requests, HttpRequestMessage request, CancellationToken stop)
    {
        var response = await requests.OpenAsync(request, stop).ConfigureAwait(false);
        var points = new HistoryPoints(requests, response, await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false));
        try
        {
            while (!points._body.HasParts) await points.FillAsync(stop).ConfigureAwait(false);
            return points;
        }
        catch
        {
            await points.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads the points in the order of their times.</summary>
    /// <exception cref="HubUnreachableException">The connection broke, or fell silent.</exception>
    /// <exception cref="HubAnswerException">This is not what a hub sends.</exception>
    public async IAsyncEnumerable<HistoryPoint> ReadAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        while (true)
        {
            foreach (var point in _body.Points) yield return point;
            _body.Points.Clear();
            if (_ended) yield break;
            await FillAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the answer.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _response.Dispose();
    }

    internal async Task<HistoryBuckets> ReadBucketsAsync(CancellationToken stop)
    {
        while (!_ended) await FillAsync(stop).ConfigureAwait(false);
        return new HistoryBuckets(_body.Series, _body.Width, _body.Buckets, _body.Points);
    }

    private async Task FillAsync(CancellationToken stop)
    {
        if (_length == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = await _requests.ReadAsync(_stream, _buffer.AsMemory(_length), stop).ConfigureAwait(false);
        _length += count;
        _ended = count == 0;
        try
        {
            var taken = _body.Take(_buffer.AsMemory(0, _length), _ended);
            _buffer.AsSpan(taken, _length - taken).CopyTo(_buffer);
            _length -= taken;
        }
        catch (JsonException e)
        {
            throw new HubAnswerException(_requests.Root, e.Message, e);
        }
    }
}
