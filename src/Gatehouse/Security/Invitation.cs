namespace Gatehouse.Security;

/// <summary>What is printed for whoever started the hub: the link that opens the page.</summary>
internal static class Invitation
{
    /// <summary>The line <c>OPEN</c> with the link, and what it is.</summary>
    /// <param name="address">Where the hub listens.</param>
    /// <param name="code">The code in the link: in the part of it that browsers send nowhere.</param>
    public static string Write(Uri address, string code)
    {
        // A hub that listens everywhere is at no address that one could go to.
        var isEverywhere = address.Host is "0.0.0.0" or "[::]";
        var here = isEverywhere ? new UriBuilder(address) { Host = "localhost" }.Uri : address;
        var elsewhere = isEverywhere ? $" From another machine put this one's name or address in place of {here.Host}." : "";
        return $"OPEN {Link(here, code)}\nThe link opens the page, once; 'gatehouse code' makes another.{elsewhere}\n";
    }

    public static string Link(Uri address, string code) => $"{address.GetLeftPart(UriPartial.Authority)}/#code={code}";
}
