namespace Gatehouse.Web;

/// <summary>Where the hub's page and API are, and under which names.</summary>
internal sealed class WebOptions
{
    public const string SectionName = "web";

    /// <summary>The port taken when nobody says otherwise.</summary>
    public const int DefaultPort = 8080;

    /// <summary>Address and port to listen on; null for 127.0.0.1:8080 or the next free port.</summary>
    public string? Listen { get; set; }

    /// <summary>Names, beside those of the loopback, by which browsers may address the hub.</summary>
    public string[] Names { get; set; } = [];

    /// <summary>Allows listening beyond the loopback, where anybody on the network can then read and set everything.</summary>
    public bool Insecure { get; set; }
}
