using Gatehouse.Security;

namespace Gatehouse.Web.Door;

/// <summary>
/// The synchronizer token of a session: made of the cookie's secret, so that nothing has to be kept. A page of another site cannot read it,
/// and a browser sends it nowhere by itself.
/// </summary>
internal static class Antiforgery
{
    public static string TokenOf(Secret secret) => secret.Derive("antiforgery");

    public static bool Has(HttpRequest request, Secret secret) =>
        request.Headers[DoorMiddleware.AntiforgeryHeader] is [{ } token] && Digest.Of(token).Equals(Digest.Of(TokenOf(secret)));
}
