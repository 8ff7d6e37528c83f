using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gatehouse.Sdk.Values;

/// <summary>How Gatehouse writes JSON: as people would, with ° and ü as they are. It is never put into HTML.</summary>
internal static class JsonStyle
{
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>For writers whose callers are known to nest correctly.</summary>
    public static JsonWriterOptions Trusted { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };
}
