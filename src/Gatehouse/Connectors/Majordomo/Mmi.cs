using System.Buffers;
using System.Text.Json;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// The broker's own services. The frames of the request come back; in place of the last one, which asks, stands what was found, and then
/// the status. What is not known is answered 501.
/// </summary>
internal sealed class Mmi(ServiceTable services, IHubServices hub, Func<long, BrokerStatistics> statistics)
{
    /// <summary>The one that is not answered here, for it may take long.</summary>
    public const string DiscoveryName = "mmi.discovery";

    public static ReadOnlySpan<byte> Discovery => "mmi.discovery"u8;

    public static bool IsName(ReadOnlySpan<byte> service) => service.StartsWith("mmi."u8);

    /// <summary>Whether its answer goes through all services, or through all workers.</summary>
    public static bool IsLong(ReadOnlySpan<byte> service) => service.SequenceEqual("mmi.services"u8)
        || service.SequenceEqual("mmi.workers"u8) || service.SequenceEqual("mmi.stats"u8) || service.SequenceEqual(Discovery);

    /// <summary>All names that somebody answers now, in order.</summary>
    public IReadOnlyCollection<string> Names()
    {
        var names = new SortedSet<string>(hub.Names(), StringComparer.Ordinal);
        foreach (var service in services.All)
        {
            if (service.Workers > 0) names.Add(service.Text);
        }
        return names;
    }

    /// <summary>The body of the reply, encoded.</summary>
    /// <param name="service">Which of them.</param>
    /// <param name="message">The request.</param>
    /// <param name="bodyFrom">Where its body begins; one without counts as an empty frame.</param>
    /// <param name="now">For ages.</param>
    public ReadOnlySpan<byte> Answer(ReadOnlySpan<byte> service, in ZmtpMessage message, int bodyFrom, long now)
    {
        var body = new ArrayBufferWriter<byte>(256);
        ReadOnlySpan<byte> asked = [];
        if (message.Count > bodyFrom)
        {
            asked = message[message.Count - 1];
            var echoed = message.From(bodyFrom);
            body.Write(echoed[..^message.From(message.Count - 1).Length]);
        }
        var status = Mdp.Ok;
        switch (service)
        {
            case var _ when service.SequenceEqual("mmi.service"u8):
                if (!Exists(asked)) status = Mdp.NotFound;
                break;
            case var _ when service.SequenceEqual("mmi.services"u8):
                Add(body, JsonSerializer.SerializeToUtf8Bytes(statistics(now).Services, BrokerJson.Default.IReadOnlyListServiceStatistics));
                break;
            case var _ when service.SequenceEqual("mmi.workers"u8):
                Add(body, JsonSerializer.SerializeToUtf8Bytes(statistics(now).Workers, BrokerJson.Default.IReadOnlyListWorkerStatistics));
                break;
            case var _ when service.SequenceEqual("mmi.stats"u8):
                Add(body, JsonSerializer.SerializeToUtf8Bytes(statistics(now).Totals, BrokerJson.Default.TotalStatistics));
                break;
            case var _ when service.SequenceEqual("mmi.echo"u8):
                Add(body, asked);
                break;
            default:
                status = Mdp.NotImplemented;
                break;
        }
        Add(body, status, more: false);
        return body.WrittenSpan;
    }

    private static void Add(ArrayBufferWriter<byte> body, ReadOnlySpan<byte> frame, bool more = true) =>
        body.Advance(ZmtpFrames.Write(body.GetSpan(ZmtpFrames.Size(frame.Length)), frame, more));

    private bool Exists(ReadOnlySpan<byte> name) =>
        services.Find(name) is { Workers: > 0 } || (ServiceTable.IsName(name) && !IsName(name) && hub.TryFind(name, out _));
}
