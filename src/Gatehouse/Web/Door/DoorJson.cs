using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Sdk.Hub;
using Gatehouse.Security;

namespace Gatehouse.Web.Door;

/// <summary>Whether whoever asks is signed in.</summary>
/// <param name="SignedIn">His cookie is that of a session.</param>
/// <param name="Open">Nobody has to sign in where he asks from.</param>
/// <param name="Insecure">Nobody has to sign in from anywhere.</param>
/// <param name="Antiforgery">What his writes carry; null without a session.</param>
/// <param name="Session">His session; null without.</param>
internal sealed record SessionState(
    bool SignedIn,
    bool Open,
    bool Insecure,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Antiforgery,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HubSession? Session)
{
    public static HubSession Describe(BrowserSession session, BrowserSession? current) => new()
    {
        Id = session.Id,
        Created = session.Created,
        LastSeen = session.LastSeen,
        Address = session.Address,
        Agent = session.Agent,
        Current = session == current,
    };
}

/// <summary>What signs in.</summary>
internal sealed record CodeDocument(string? Code);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SessionState))]
[JsonSerializable(typeof(CodeDocument))]
[JsonSerializable(typeof(HubSession[]))]
[JsonSerializable(typeof(HubCode))]
internal sealed partial class DoorJson : JsonSerializerContext;
