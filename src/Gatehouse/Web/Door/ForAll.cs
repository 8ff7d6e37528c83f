namespace Gatehouse.Web.Door;

/// <summary>Marks an endpoint that nobody has to sign in for. Whatever bears no mark is closed.</summary>
internal sealed class ForAll
{
    /// <summary>It is itself what is for all.</summary>
    public static ForAll Endpoint { get; } = new();

    /// <summary>It shows the page, wherever that is not the API.</summary>
    public static ForAll Page { get; } = new();

    /// <summary>Whether a request asks for what is for all.</summary>
    public static bool Includes(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<ForAll>() == Endpoint) return true;
        if (endpoint is not null && endpoint.Metadata.GetMetadata<ForAll>() is null) return false;
        var path = http.Request.Path;
        return !path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            && !path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase);
    }
}
