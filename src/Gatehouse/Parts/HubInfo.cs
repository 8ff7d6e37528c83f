using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Parts;

/// <summary>What a hub says of itself by the service <c>hub.info</c>.</summary>
internal sealed record HubInfo(string Name, string Version, DateTimeOffset Started, int Process, long Epoch)
{
    private const int CommitLength = 10;

    /// <summary>The version with the beginning of the commit it was built from.</summary>
    public static string ProgramVersion { get; } = Shorten(
        typeof(HubInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    private static string Shorten(string version)
    {
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? version : version[..Math.Min(version.Length, plus + 1 + CommitLength)];
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HubInfo))]
[JsonSerializable(typeof(ServiceDocument[]))]
internal sealed partial class PartsJson : JsonSerializerContext
{
    public static PartsJson Relaxed { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JsonStyle.Encoder });
}

/// <summary>The hub's own services.</summary>
internal static class HubServices
{
    private const string Owner = "hub";

    public static void Offer(Hub hub, TimeProvider time)
    {
        var info = new HubInfo(hub.Name, HubInfo.ProgramVersion, time.GetUtcNow(), Environment.ProcessId, hub.Tree.Epoch);
        var answer = Frames.Of(JsonSerializer.SerializeToUtf8Bytes(info, PartsJson.Relaxed.HubInfo));
        hub.Services.Offer(
            ServiceName.Parse("hub.info"),
            new InlineOwner(Owner, _ => Reply.Ok(answer)),
            new ServiceInfo
            {
                Summary = "Says what this hub is: its name, version and start.",
                Inline = true,
                Idempotent = true,
                Returns = """
                    {"name": "localhost", "version": "0.1.0", "started": "2026-01-31T12:00:00Z", "process": 4711, "epoch": 1769860800}
                    """,
            });
        hub.Services.Offer(
            ServiceName.Parse("hub.services"),
            new InlineOwner(Owner, _ => Reply.Ok(Frames.Of(ListServices(hub.Services)))),
            new ServiceInfo
            {
                Summary = "Lists every service that is offered now. A name with a dot at its end stands for all names that start with it.",
                Inline = true,
                Idempotent = true,
                Returns = """[{"name": "hub.info", "owner": "hub", "summary": "…", "inline": true, "calls": 2, "failures": 0}]""",
            });
    }

    private static byte[] ListServices(ServiceDirectory services) =>
        JsonSerializer.SerializeToUtf8Bytes([.. services.List().Select(ServiceDocument.Of)], PartsJson.Relaxed.ServiceDocumentArray);
}
