using System.Diagnostics.CodeAnalysis;
using System.Text;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>What the broker sees of the hub's directory: the services of others.</summary>
/// <param name="directory">The directory.</param>
/// <param name="workers">Who offers the workers' services there.</param>
/// <param name="access">Who may call what.</param>
internal sealed class OfferedNames(ServiceDirectory directory, IServiceOwner workers, IAccess access) : IHubServices
{
    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? service)
    {
        service = null;
        Span<char> room = stackalloc char[ServiceName.MaxBytes];
        if (name.Length > ServiceName.MaxBytes || !Encoding.UTF8.TryGetChars(name, room, out var length)) return false;
        var text = room[..length];
        if (directory.Find(text) is not { } offer || offer.Owner == workers) return false;
        service = offer.Name.IsPrefix ? text.ToString() : offer.Name.Text;
        return true;
    }

    public IReadOnlyList<string> Names() => [.. directory.List().Where(offer => !offer.Name.IsPrefix).Select(offer => offer.Name.Text)];

    public bool MayCall(Origin origin, string service) => access.MayCall(origin, service);
}
