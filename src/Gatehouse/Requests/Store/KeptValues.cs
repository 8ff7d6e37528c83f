using System.Text;
using Gatehouse.Storage;

namespace Gatehouse.Requests.Store;

/// <summary>What came of a change of the store.</summary>
internal enum StoreOutcome : byte
{
    Done,

    /// <summary>There was nothing to delete.</summary>
    Absent,

    /// <summary>There was not even the section.</summary>
    NoSection,

    /// <summary>The value there is another than the caller has seen.</summary>
    Differs,

    /// <summary>A value may not have so many bytes.</summary>
    TooLarge,

    /// <summary>There is no room for more, by the options.</summary>
    Full,
}

/// <summary>
/// The values of <c>titanic.store</c>: service, section and key lead to any bytes. A change is told when it is on disk. Reads go to the
/// file, so what is read is what a crash would leave, and values that nobody asks for take no memory. Any thread.
/// </summary>
internal sealed class KeptValues(HubDatabase database, StoreOptions options)
{
    public StoreOptions Options => options;

    /// <summary>A value; null when there is none.</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public byte[]? Get(StoreKey key) => database.Read(session => Find(session, key)?.Value);

    /// <summary>Sets a value, if <paramref name="condition"/> holds for the one that is there, or for null.</summary>
    /// <exception cref="StorageException">It is not stored.</exception>
    public Task<StoreOutcome> SetAsync(StoreKey key, ReadOnlyMemory<byte> value, Func<byte[]?, bool>? condition, CancellationToken stop)
    {
        if (value.Length > options.MaxValue) return Task.FromResult(StoreOutcome.TooLarge);
        var bytes = value.ToArray();
        return database.WriteAsync(session => Set(session, key, bytes, condition), stop);
    }

    /// <summary>Deletes a value, if <paramref name="condition"/> holds for the one that is there.</summary>
    /// <exception cref="StorageException">It is still there.</exception>
    public Task<StoreOutcome> DeleteAsync(StoreKey key, Func<byte[], bool>? condition, CancellationToken stop) =>
        database.WriteAsync(session => Delete(session, key, condition), stop);

    /// <summary>Deletes a section, or with null all of a service.</summary>
    /// <exception cref="StorageException">It is still there.</exception>
    public Task<StoreOutcome> DeleteAsync(string service, string? section, CancellationToken stop) => database.WriteAsync(
        session =>
        {
            var gone = StoreTables.Delete(session, service, section);
            if (gone.Entries == 0) return StoreOutcome.Absent;
            StoreTables.AddToTotal(session, new StoreTotal(-gone.Entries, -gone.Size));
            return StoreOutcome.Done;
        },
        stop);

    /// <summary>The services that have sections, in the order of their bytes.</summary>
    /// <param name="after">Only those behind this one; "" for all.</param>
    /// <param name="limit">So many at most; -1 for all.</param>
    /// <exception cref="StorageException">They cannot be read.</exception>
    public IReadOnlyList<string> Services(string after = "", int limit = -1) =>
        database.Read(session => StoreTables.Services(session, after, limit));

    /// <summary>The sections of a service; none when there is no such service.</summary>
    /// <inheritdoc cref="Services"/>
    public IReadOnlyList<string> Sections(string service, string after = "", int limit = -1) =>
        database.Read(session => StoreTables.Sections(session, service, after, limit));

    /// <summary>The keys of a section; null when there is no such section.</summary>
    /// <inheritdoc cref="Services"/>
    public IReadOnlyList<string>? Keys(string service, string section, string after = "", int limit = -1) => database.Read(session =>
        StoreTables.FindSection(session, service, section) is { } id ? StoreTables.Keys(session, id, after, limit) : null);

    /// <summary>How much there is.</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public StoreTotal Total() => database.Read(StoreTables.Total);

    private (long Id, byte[] Value)? Find(Session session, StoreKey key) =>
        StoreTables.FindSection(session, key.Service, key.Section) is { } section
            ? StoreTables.Find(session, section, key.Key, options.IgnoreCase) : null;

    private StoreOutcome Set(Session session, StoreKey key, byte[] value, Func<byte[]?, bool>? condition)
    {
        var section = StoreTables.FindSection(session, key.Service, key.Section);
        var found = section is { } at ? StoreTables.Find(session, at, key.Key, options.IgnoreCase) : null;
        if (condition is not null && !condition(found?.Value)) return StoreOutcome.Differs;
        var entries = (section is null ? 1 : 0) + (found is null ? 1 : 0);
        var size = (section is null ? Bytes(key.Service) + Bytes(key.Section) : 0)
            + (found is null ? Bytes(key.Key) : -found.Value.Value.Length) + value.Length;
        var total = StoreTables.Total(session);
        // What makes nothing larger is taken also where the options have become narrower than what is there.
        if ((entries > 0 && total.Entries + entries > options.MaxEntries) || (size > 0 && total.Size + size > options.MaxSize))
        {
            return StoreOutcome.Full;
        }
        if (found is { Id: var id }) StoreTables.Change(session, id, value);
        else StoreTables.Add(session, section ?? StoreTables.AddSection(session, key.Service, key.Section), key.Key, value);
        if (entries != 0 || size != 0) StoreTables.AddToTotal(session, new StoreTotal(entries, size));
        return StoreOutcome.Done;
    }

    private StoreOutcome Delete(Session session, StoreKey key, Func<byte[], bool>? condition)
    {
        if (StoreTables.FindSection(session, key.Service, key.Section) is not { } section) return StoreOutcome.NoSection;
        if (condition is not null)
        {
            if (StoreTables.Find(session, section, key.Key, options.IgnoreCase) is not { } found) return StoreOutcome.Absent;
            if (!condition(found.Value)) return StoreOutcome.Differs;
        }
        var gone = StoreTables.Delete(session, section, key.Key, options.IgnoreCase);
        if (gone.Entries == 0) return StoreOutcome.Absent;
        StoreTables.AddToTotal(session, new StoreTotal(-gone.Entries, -gone.Size));
        return StoreOutcome.Done;
    }

    private static int Bytes(string name) => Encoding.UTF8.GetByteCount(name);
}
