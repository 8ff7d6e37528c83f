using Gatehouse.Sdk.Values;
using Microsoft.AspNetCore.Connections.Features;

namespace Gatehouse.Runtime;

/// <summary>Whose request it is: one origin for each connection.</summary>
internal static class HttpOrigin
{
    private static readonly object ItemKey = new();

    public static Origin Of(HttpContext http)
    {
        var items = http.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(ItemKey, out var known) && known is Origin origin) return origin;
        var made = new Origin("http", http.Connection.RemoteIpAddress?.ToString() ?? "");
        if (items is not null) items[ItemKey] = made;
        return made;
    }
}
