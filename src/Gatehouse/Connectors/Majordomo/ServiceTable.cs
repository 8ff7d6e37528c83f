using System.Text;
using System.Text.Unicode;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>The services that have workers or requests, by name. Names are bytes, looked up without a copy.</summary>
internal sealed class ServiceTable
{
    private static readonly string[] ReservedFamilies = ["mmi.", "hub.", "titanic.", "robot."];

    private readonly Dictionary<byte[], ServiceQueue> _services = new(ByteComparer.Instance);
    private readonly Dictionary<byte[], ServiceQueue>.AlternateLookup<ReadOnlySpan<byte>> _byName;
    private readonly string[] _once;

    public ServiceTable(IReadOnlyList<string> once)
    {
        _byName = _services.GetAlternateLookup<ReadOnlySpan<byte>>();
        _once = [.. once];
    }

    public int Count => _services.Count;

    public Dictionary<byte[], ServiceQueue>.ValueCollection All => _services.Values;

    public ServiceQueue? Find(ReadOnlySpan<byte> name) => _byName.TryGetValue(name, out var service) ? service : null;

    public ServiceQueue Add(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name);
        var service = new ServiceQueue(name.ToArray(), text, IsOnce(text));
        _services.Add(service.NameBytes, service);
        return service;
    }

    public void Remove(ServiceQueue service)
    {
        service.IsGone = true;
        _services.Remove(service.NameBytes);
    }

    /// <summary>Whether the bytes are a name that a service of the hub may have.</summary>
    public static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > ServiceName.MaxBytes || !Utf8.IsValid(name)) return false;
        for (var i = 0; i < name.Length; i++)
        {
            // The second line's control characters are C2 80 to C2 9F.
            if (name[i] is < 0x20 or 0x7F) return false;
            if (name[i] == 0xC2 && name[i + 1] < 0xA0) return false;
        }
        return true;
    }

    /// <summary>Whether only the hub itself may answer this name.</summary>
    public static bool IsReserved(string name) => ReservedFamilies.Any(family => name.StartsWith(family, StringComparison.Ordinal));

    private bool IsOnce(string name) =>
        _once.Any(once => once.EndsWith('.') ? name.StartsWith(once, StringComparison.Ordinal) : name == once);
}
