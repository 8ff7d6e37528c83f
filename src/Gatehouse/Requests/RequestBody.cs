using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Requests;

/// <summary>The body that asks for a durable request: <c>{service, frames, id?, callback?}</c>.</summary>
/// <param name="Service">Who is to answer it.</param>
/// <param name="Frames">What it is given.</param>
/// <param name="Id">The caller's own id; null for one that the hub makes.</param>
/// <param name="Callback">Where to tell that it has ended; null for nowhere.</param>
internal sealed record RequestBody(string Service, Frames Frames, string? Id, string? Callback)
{
    private const string NoObject = "the body is not a JSON object such as {\"service\": \"lamp\", \"frames\": [\"on\"]}";

    /// <summary>Reads the body; false with the reason in words when anything in it is wrong.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out RequestBody? request, [NotNullWhen(false)] out string? reason)
    {
        request = null;
        if (!Utf8.IsValid(body.Span))
        {
            reason = "the body is not UTF-8";
            return false;
        }
        try
        {
            using var document = JsonDocument.Parse(body);
            reason = Read(document.RootElement, out request);
        }
        catch (JsonException e)
        {
            reason = body.Span.Trim(" \t\r\n"u8).IsEmpty ? NoObject : $"the body is not JSON: {e.Message}";
        }
        catch (InvalidOperationException)
        {
            reason = "the body holds text that is not valid Unicode";
        }
        return reason is null;
    }

    private static string? Read(JsonElement root, out RequestBody? request)
    {
        request = null;
        if (root.ValueKind != JsonValueKind.Object) return NoObject;
        string? service = null, id = null, callback = null;
        var frames = Frames.None;
        foreach (var member in root.EnumerateObject())
        {
            string? wrong = null;
            switch (member.Name)
            {
                case "service":
                    wrong = ReadText(member, out service);
                    break;
                case "id":
                    wrong = ReadText(member, out id);
                    break;
                case "callback":
                    wrong = ReadText(member, out callback);
                    break;
                case "frames":
                    FramesJson.TryRead(JsonMarshal.GetRawUtf8Value(member.Value).ToArray(), out frames, out wrong);
                    break;
                default:
                    wrong = "only the members service, frames, id and callback are known";
                    break;
            }
            if (wrong is not null) return wrong;
        }
        if (service is null) return "the member service is missing";
        if (!ServiceName.TryParse(service, out var name) || name.IsPrefix) return $"service: {ServiceName.Rule}, nor a dot at the end";
        request = new RequestBody(service, frames, id, callback);
        return null;
    }

    private static string? ReadText(JsonProperty member, out string? text)
    {
        text = null;
        if (member.Value.ValueKind == JsonValueKind.Null) return null;
        if (member.Value.ValueKind != JsonValueKind.String) return $"{member.Name}: expected a string";
        text = member.Value.GetString();
        return null;
    }
}
