using System.Diagnostics.CodeAnalysis;
using Gatehouse.Runtime;

namespace Gatehouse.Cli;

/// <summary>Where the hub is that a command talks to, and who said so.</summary>
internal sealed record HubAddress(Uri Uri, string Source)
{
    public const string Variable = "GATEHOUSE_HUB";

    private const string Default = "http://127.0.0.1:8080";

    /// <summary>The option first, then the environment, then what the data directory's hub tells, then where a hub is usually.</summary>
    /// <exception cref="FormatException">The environment names something that is no address.</exception>
    public static HubAddress Find(Uri? option, string? data, Func<string, string?> environment)
    {
        if (option is not null) return new HubAddress(option, "--hub");
        if (data is null && environment(Variable) is { Length: > 0 } named)
        {
            return TryParse(named, out var uri) ? new HubAddress(uri, $"${Variable}")
                : throw new FormatException($"${Variable} is '{named}', not an address such as {Default}");
        }
        var folder = data ?? DataDirectory.DefaultPath(environment);
        return DataDirectory.ReadRecord(folder)?.Address is { } recorded && TryParse(recorded, out var address)
            ? new HubAddress(Reachable(address), $"the hub that uses {folder}")
            : new HubAddress(new Uri(Default), $"the default, since no hub seems to run on {folder}");
    }

    /// <summary>Reads an address; one without a scheme is http.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out address)
        && address.Scheme is "http" or "https";

    // A hub that listens everywhere tells no address that one could go to.
    private static Uri Reachable(Uri address) => address.Host switch
    {
        "0.0.0.0" => new UriBuilder(address) { Host = "127.0.0.1" }.Uri,
        "[::]" => new UriBuilder(address) { Host = "[::1]" }.Uri,
        _ => address,
    };
}
