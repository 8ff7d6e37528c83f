using System.Net;
using System.Net.Http.Headers;

namespace Gatehouse.Sdk.Hub;

/// <summary>History as text on its way to and from a hub, and where it is asked for.</summary>
internal static class HistoryText
{
    private const int Lump = 64 * 1024;

    /// <summary>The query of a range; what is null the hub chooses.</summary>
    public static string Range(DateTime? from, DateTime? to) => Part("from", from) + Part("to", to);

    public static string Name(HistoryFormat format) => format == HistoryFormat.Csv ? "csv" : "jsonl";

    public static MediaTypeHeaderValue TypeOf(HistoryFormat format) =>
        new(format == HistoryFormat.Csv ? "text/csv" : "application/x-ndjson", "utf-8");

    /// <summary>Copies the body of an answer; what the target throws goes through as it is.</summary>
    public static async Task CopyAsync(HubRequests requests, HttpResponseMessage response, Stream target, CancellationToken stop)
    {
        var source = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        using var patient = new PatientStream(source, requests.Time);
        var buffer = new byte[Lump];
        while (await requests.ReadAsync(patient, buffer, stop).ConfigureAwait(false) is var count and > 0)
        {
            await target.WriteAsync(buffer.AsMemory(0, count), stop).ConfigureAwait(false);
        }
    }

    private static string Part(string name, DateTime? time) => time is { } moment
        ? $"&{name}={Uri.EscapeDataString(HubBodies.ToUtc(moment).ToString("O", System.Globalization.CultureInfo.InvariantCulture))}" : "";

    /// <summary>A body that is read from a stream while it is sent. What the stream throws is kept: the client would wrap it.</summary>
    internal sealed class Upload : HttpContent
    {
        private readonly Stream _source;

        public Upload(Stream source, HistoryFormat format)
        {
            _source = source;
            Headers.ContentType = TypeOf(format);
        }

        /// <summary>What the stream threw; null when it did not.</summary>
        public Exception? Failure { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var buffer = new byte[Lump];
            while (await ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        private async Task<int> ReadAsync(byte[] buffer, CancellationToken stop)
        {
            try
            {
                return await _source.ReadAsync(buffer, stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Failure = e;
                throw;
            }
        }
    }
}
