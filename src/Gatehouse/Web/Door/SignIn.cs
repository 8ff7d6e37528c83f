using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gatehouse.Security;

namespace Gatehouse.Web.Door;

/// <summary>The body that signs in: <c>{"code": "XXXXX-XXXXX"}</c>.</summary>
internal static class SignIn
{
    public static bool TryParse(ReadOnlySpan<byte> body, out long code, [NotNullWhen(false)] out string? reason)
    {
        code = 0;
        try
        {
            var document = JsonSerializer.Deserialize(body, DoorJson.Default.CodeDocument);
            reason = document?.Code is not { } text ? "the member code is missing"
                : !CodeText.TryParse(text, out code) ? "a code has ten letters and digits, such as 4F7KQ-2M9XA"
                : null;
        }
        catch (JsonException)
        {
            reason = "the body is not JSON such as {\"code\": \"4F7KQ-2M9XA\"}";
        }
        return reason is null;
    }
}
