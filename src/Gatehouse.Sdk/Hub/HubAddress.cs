using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Gatehouse.Sdk.Hub;

/// <summary>Where the hub is that a program talks to, what it shows there, and who said so.</summary>
/// <param name="Uri">Where it is.</param>
/// <param name="Source">Who said where.</param>
/// <param name="Token">What to show it; null for nothing.</param>
/// <param name="TokenSource">Who gave the token, or why there is none.</param>
internal sealed record HubAddress(Uri Uri, string Source, string? Token, string TokenSource)
{
    public const string Variable = "GATEHOUSE_HUB";

    private const string Default = "http://127.0.0.1:8080";

    /// <summary>
    /// The option first, then the environment, then what the data directory's hub tells, then where a hub is usually. The data
    /// directory's token goes to the hub that is recorded there alone; another hub gets what the environment says.
    /// </summary>
    /// <exception cref="FormatException">The environment names something that is no address, or no token.</exception>
    public static HubAddress Find(Uri? option, string? data, Func<string, string?> environment)
    {
        var folder = data ?? HubFolder.DefaultPath(environment);
        var recorded = HubFolder.ReadRecord(folder)?.Address is { } told && TryParse(told, out var known) ? Reachable(known) : null;
        var (uri, source) = Where(option, data, environment, folder, recorded);
        var isRecorded = recorded is not null && IsSame(uri, recorded);
        if (isRecorded && HubFolder.ReadToken(folder) is { } own)
        {
            return new(uri, source, own, $"the file {HubFolder.TokenName} of {folder}");
        }
        if (environment(HubToken.Variable) is not { Length: > 0 } token)
        {
            var why = isRecorded ? $"the file {HubFolder.TokenName} of {folder} cannot be read by this user"
                : $"that is not the hub of {folder}";
            return new(uri, source, null, $"{why}, and ${HubToken.Variable} is not set");
        }
        return HubToken.IsSound(token) ? new(uri, source, token, $"${HubToken.Variable}")
            : throw new FormatException($"${HubToken.Variable} is not a token: it has blanks or characters that cannot be seen");
    }

    /// <summary>Reads an address; one without a scheme is http.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out address)
        && address.Scheme is "http" or "https";

    private static (Uri Uri, string Source) Where(
        Uri? option, string? data, Func<string, string?> environment, string folder, Uri? recorded)
    {
        if (option is not null) return (option, "--hub");
        if (data is null && environment(Variable) is { Length: > 0 } named)
        {
            return TryParse(named, out var uri) ? (uri, $"${Variable}")
                : throw new FormatException($"${Variable} is '{named}', not an address such as {Default}");
        }
        return recorded is not null
            ? (recorded, $"the hub that uses {folder}")
            : (new Uri(Default), $"the default, since no hub seems to run on {folder}");
    }

    // localhost and the address of it are one place: whoever holds the port there is the same.
    private static bool IsSame(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && (one.Host == other.Host || (IsIpv4Loopback(one) && IsIpv4Loopback(other)));

    private static bool IsIpv4Loopback(Uri uri) => uri.Host is "localhost" or "127.0.0.1";

    // A hub that listens everywhere tells no address that one could go to.
    private static Uri Reachable(Uri address) => address.Host switch
    {
        "0.0.0.0" => new UriBuilder(address) { Host = IPAddress.Loopback.ToString() }.Uri,
        "[::]" => new UriBuilder(address) { Host = "[::1]" }.Uri,
        _ => address,
    };
}
