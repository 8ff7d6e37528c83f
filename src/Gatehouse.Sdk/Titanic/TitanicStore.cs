using System.Text;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Titanic;

/// <summary>
/// Small values that a server keeps on disk, by service, section and key: <c>titanic.store</c> of a hub, or of RasPy. What returns is on
/// disk. Names have 1 to 255 bytes and no slash, backslash, NUL or <c>..</c>. Any thread.
/// </summary>
public sealed class TitanicStore
{
    private const string Service = "titanic.store";
    private readonly ITitanicExchange _exchange;

    internal TitanicStore(ITitanicExchange exchange) => _exchange = exchange;

    /// <summary>The value of a key; null when there is none.</summary>
    /// <exception cref="TitanicStoreException">The store did not do it; the message says how it answered.</exception>
    /// <exception cref="MdpException">There is no reply; the leaf says why.</exception>
    public async Task<ReadOnlyMemory<byte>?> GetAsync(string service, string section, string key, CancellationToken stop = default)
    {
        var answer = await AskAsync("get", [.. Names(service, section, key)], stop).ConfigureAwait(false);
        if (answer.Status == 404 && answer.Echo > 0) return null;
        return answer.Status == 200 && answer.Frames.Count == 5 ? answer.Frames[3] : throw answer.Failure("get");
    }

    /// <summary>The value of a key as text; null when there is none.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<string?> GetTextAsync(string service, string section, string key, CancellationToken stop = default) =>
        await GetAsync(service, section, key, stop).ConfigureAwait(false) is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    /// <summary>Sets a key. Any bytes are a value to a hub; RasPy keeps text, and not all of it as it was.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task SetAsync(string service, string section, string key, ReadOnlyMemory<byte> value, CancellationToken stop = default)
    {
        var answer = await AskAsync("set", [.. Names(service, section, key), value], stop).ConfigureAwait(false);
        if (answer.Status != 200) throw answer.Failure("set");
    }

    /// <summary>Sets a key to a text.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public Task SetAsync(string service, string section, string key, string value, CancellationToken stop = default) =>
        SetAsync(service, section, key, Encoding.UTF8.GetBytes(value), stop);

    /// <summary>Deletes a key, a whole section, or all that is kept of a service. What is not there is no error.</summary>
    /// <param name="service">Of which service.</param>
    /// <param name="section">Which section; null for all.</param>
    /// <param name="key">Which key; null for all of the section.</param>
    /// <param name="stop">Gives it up; it may have been done all the same.</param>
    /// <inheritdoc cref="GetAsync"/>
    public async Task DeleteAsync(string service, string? section = null, string? key = null, CancellationToken stop = default)
    {
        if (section is null && key is not null) throw new ArgumentException("A key is one of a section: name that, too.", nameof(section));
        var answer = await AskAsync("delete", [.. Names(service, section, key)], stop).ConfigureAwait(false);
        // A key of a section that is not there: 500 behind the two names that were found wanting.
        var isAbsent = key is not null && answer is { Status: 500, Frames.Count: 3 };
        if (answer.Status != 200 && !isAbsent) throw answer.Failure("delete");
    }

    /// <summary>The sections of a service, or the keys of a section. RasPy cannot tell.</summary>
    /// <param name="service">Of which service.</param>
    /// <param name="section">Of which section; null for the sections themselves.</param>
    /// <param name="stop">Gives it up.</param>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<IReadOnlyList<string>> ListAsync(string service, string? section = null, CancellationToken stop = default)
    {
        var names = Names(service, section, null).ToArray();
        var answer = await AskAsync("list", [.. names], stop).ConfigureAwait(false);
        if (answer.Status == 404 && answer.Echo > 0) return [];
        return answer.Status == 200 && answer.Frames.Count == names.Length + 2
            ? TitanicStoreAnswer.ReadNames(answer.Frames.Text(names.Length))
            : throw answer.Failure("list");
    }

    /// <summary>Sets a key only if it has the value that is expected. RasPy cannot.</summary>
    /// <param name="service">Of which service.</param>
    /// <param name="section">Of which section.</param>
    /// <param name="key">Which key.</param>
    /// <param name="expected">What it must have; null when it must not be there.</param>
    /// <param name="value">What it has then.</param>
    /// <param name="stop">Gives it up; it may have been done all the same.</param>
    /// <returns>False when it has another value; nothing was set then.</returns>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<bool> CompareAndSetAsync(
        string service, string section, string key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> value,
        CancellationToken stop = default)
    {
        ReadOnlyMemory<byte>[] values = expected is { } bytes ? [bytes, value] : [value];
        var answer = await AskAsync("cas", [.. Names(service, section, key), .. values], stop).ConfigureAwait(false);
        return answer.Status switch
        {
            200 => true,
            409 => false,
            _ => throw answer.Failure("cas"),
        };
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Names(string service, string? section, string? key)
    {
        yield return Encoding.UTF8.GetBytes(TitanicChecks.Name(service, nameof(service)));
        if (section is not null) yield return Encoding.UTF8.GetBytes(TitanicChecks.Name(section, nameof(section)));
        if (key is not null) yield return Encoding.UTF8.GetBytes(TitanicChecks.Name(key, nameof(key)));
    }

    private async Task<TitanicStoreAnswer> AskAsync(string action, ReadOnlyMemory<byte>[] rest, CancellationToken stop)
    {
        ReadOnlyMemory<byte>[] all = [Encoding.ASCII.GetBytes(action), .. rest];
        var body = Frames.Create([.. all.Select(f => f.Length)], all, static (i, frame, all) => all[i].Span.CopyTo(frame));
        var result = await _exchange.TryCallAsync(Service, body, TimeSpan.Zero, stop).ConfigureAwait(false);
        return TitanicStoreAnswer.Read(result.OrThrow());
    }
}
