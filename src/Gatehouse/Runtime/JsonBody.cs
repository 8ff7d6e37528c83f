using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Gatehouse.Sdk.Values;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.Runtime;

/// <summary>JSON bodies of requests and responses, read whole and written without reflection.</summary>
internal static class JsonBody
{
    /// <summary>The longest request body: a value of 64 KiB in JSON's longest spelling, with room for what is around it.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>Reads the whole body; null when it has more than <see cref="MaxBytes"/>.</summary>
    public static ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken stop) =>
        ReadAsync(request, MaxBytes, stop);

    /// <summary>Reads the whole body; null when it has more than so many bytes, which may be more than the server itself takes.</summary>
    public static ValueTask<ReadOnlyMemory<byte>?> ReadLargeAsync(HttpRequest request, long most, CancellationToken stop)
    {
        request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        return ReadAsync(request, most, stop);
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, long most, CancellationToken stop)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            if (await TryReadAsync(request, stop) is not { } read) return null;
            var fits = body.WrittenCount + read.Buffer.Length <= most;
            foreach (var part in fits ? read.Buffer : default) body.Write(part.Span);
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (!fits) return null;
            if (read.IsCompleted) return body.WrittenMemory;
        }
    }

    // The server itself refuses what is longer still, before a byte of it is read.
    private static async ValueTask<ReadResult?> TryReadAsync(HttpRequest request, CancellationToken stop)
    {
        try
        {
            return await request.BodyReader.ReadAsync(stop);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    /// <summary>A response whose body <paramref name="write"/> makes.</summary>
    public static IResult Write(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK) => new Written(write, status);

    private sealed class Written(Action<Utf8JsonWriter> write, int status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            await using (var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, JsonStyle.Trusted)) write(writer);
            await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
    }
}
