using System.Buffers;
using System.Text;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>The services that have workers or requests, by name. Names are bytes, looked up without a copy.</summary>
internal sealed class ServiceTable
{
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
        if (name.Length is 0 or > ServiceName.MaxBytes) return false;
        for (var at = 0; at < name.Length;)
        {
            if (Rune.DecodeFromUtf8(name[at..], out var rune, out var size) != OperationStatus.Done) return false;
            var isAtAnEnd = at == 0 || at + size == name.Length;
            if (!ServiceName.MayHave(rune, isAtAnEnd)) return false;
            at += size;
        }
        return true;
    }

    /// <summary>Whether only the hub itself may answer this name.</summary>
    public static bool IsReserved(ReadOnlySpan<byte> name) =>
        name.StartsWith("mmi."u8) || name.StartsWith("hub."u8) || name.StartsWith("titanic."u8) || name.StartsWith("robot."u8);

    private bool IsOnce(string name) =>
        _once.Any(once => once.EndsWith('.') ? name.StartsWith(once, StringComparison.Ordinal) : name == once);
}
