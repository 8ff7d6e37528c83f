using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Gatehouse.Requests.Store;

/// <summary>How much <c>titanic.store</c> keeps, and how it reads names.</summary>
internal sealed class StoreOptions
{
    [Description(
        "Whether `Key1` and `key1` are the same key, as they are in RasPy. A key keeps the spelling that it was first set with; where two "
        + "that differ in nothing else are there already, the one that is spelled as asked counts, else the first of them.")]
    public bool IgnoreCase { get; set; }

    [Description("How many bytes one value may have.")]
    [Range(1, 64 * 1024 * 1024)]
    public int MaxValue { get; set; } = 1024 * 1024;

    [Description("How many keys and sections there may be.")]
    [Range(1, 10_000_000)]
    public int MaxEntries { get; set; } = 100_000;

    [Description("How many bytes all values may have, with their names.")]
    [Range(1, 1e12)]
    public long MaxSize { get; set; } = 256L * 1024 * 1024;
}
