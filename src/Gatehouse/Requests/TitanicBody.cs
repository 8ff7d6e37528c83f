using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Requests;

/// <summary>The bodies of the Titanic services: what is asked, read without trust, and what is answered (RFC 9).</summary>
internal static class TitanicBody
{
    /// <summary>The longest time that a reply is waited for.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>It is done, or here is the answer.</summary>
    public static Frames Ok { get; } = Frames.Of("200"u8);

    /// <summary>There is no answer yet.</summary>
    public static Frames Pending { get; } = Frames.Of("300"u8);

    /// <summary>It makes no sense, or there is no such request, or it has failed: asking again does not help.</summary>
    public static Frames Unknown { get; } = Frames.Of("400"u8);

    /// <summary>It is not stored: asking again may help.</summary>
    public static Frames Failed { get; } = Frames.Of("500"u8);

    /// <summary>The target's name, then what it is given. False when no service can have that name.</summary>
    public static bool TryReadRequest(Frames body, [NotNullWhen(true)] out string? service, out Frames frames)
    {
        frames = default;
        service = null;
        if (body.Count == 0 || !TryReadText(body[0].Span, ServiceName.MaxBytes, out service)) return false;
        if (!ServiceName.TryParse(service, out var name) || name.IsPrefix) return false;
        frames = Slice(body, 1);
        return true;
    }

    /// <summary>An id, then perhaps how many milliseconds the answer is waited for.</summary>
    public static bool TryReadReply(Frames body, [NotNullWhen(true)] out string? id, out TimeSpan patience)
    {
        patience = TimeSpan.Zero;
        id = null;
        if (body.Count is 0 or > 2 || !TryReadId(body[0].Span, out id)) return false;
        if (body.Count == 1) return true;
        var digits = body[1].Span;
        if (!Utf8Parser.TryParse(digits, out uint milliseconds, out var used) || used != digits.Length) return false;
        patience = TimeSpan.FromMilliseconds(Math.Min(milliseconds, LongestWait.TotalMilliseconds));
        return true;
    }

    /// <summary>An id alone. False when no request can have it.</summary>
    public static bool TryReadClose(Frames body, [NotNullWhen(true)] out string? id)
    {
        id = null;
        return body.Count == 1 && TryReadId(body[0].Span, out id);
    }

    /// <summary>A request was kept.</summary>
    public static Frames Accepted(string id) => Frames.Create([Ok.Size, id.Length], id, static (i, frame, id) =>
    {
        if (i == 0) "200"u8.CopyTo(frame);
        else Encoding.ASCII.GetBytes(id, frame);
    });

    /// <summary>The answer of a target.</summary>
    public static Frames Answer(Frames answer)
    {
        var sizes = new int[answer.Count + 1];
        sizes[0] = Ok.Size;
        for (var i = 0; i < answer.Count; i++) sizes[i + 1] = answer[i].Length;
        return Frames.Create(sizes, answer, static (i, frame, answer) =>
            (i == 0 ? "200"u8 : answer[i - 1].Span).CopyTo(frame));
    }

    private static Frames Slice(Frames body, int from)
    {
        if (body.Count <= from) return Frames.None;
        Span<int> sizes = body.Count <= 64 ? stackalloc int[body.Count - from] : new int[body.Count - from];
        for (var i = from; i < body.Count; i++) sizes[i - from] = body[i].Length;
        return Frames.Create(sizes, (body, from), static (i, frame, part) => part.body[i + part.from].Span.CopyTo(frame));
    }

    private static bool TryReadId(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? id) =>
        TryReadText(bytes, RequestId.MaxLength, out id) && RequestId.IsValid(id);

    private static bool TryReadText(ReadOnlySpan<byte> bytes, int most, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (bytes.Length == 0 || bytes.Length > most || !System.Text.Unicode.Utf8.IsValid(bytes)) return false;
        text = Encoding.UTF8.GetString(bytes);
        return true;
    }
}
