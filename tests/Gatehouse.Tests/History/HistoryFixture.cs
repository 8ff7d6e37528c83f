using Gatehouse.History;
using Gatehouse.Storage;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.History;

/// <summary>A history in a folder that goes with it.</summary>
internal sealed class HistoryFixture : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse").FullName;

    private HistoryFixture() => File = Path.Combine(_folder, Recorder.FileName);

    public static DateTime Noon { get; } = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    public ManualTime Time { get; } = new(Noon);

    public string File { get; }

    public HistoryStore Store { get; private set; } = null!;

    public static async Task<HistoryFixture> OpenAsync()
    {
        var fixture = new HistoryFixture();
        await fixture.ReopenAsync();
        return fixture;
    }

    /// <summary>Closes the store and opens it again.</summary>
    public async Task ReopenAsync()
    {
        if (Store is not null) await Store.DisposeAsync();
        Store = await HistoryStore.OpenAsync(File, Time, NullLogger<HistoryStore>.Instance, NullLogger<Database>.Instance);
    }

    /// <summary>
    /// As a crash leaves it: what was committed, without what closing does. The files are copied, for no process ends here.
    /// </summary>
    public async Task CrashAsync()
    {
        var copies = Directory.CreateTempSubdirectory("gatehouse");
        foreach (var file in Directory.GetFiles(_folder)) System.IO.File.Copy(file, Path.Combine(copies.FullName, Path.GetFileName(file)));
        await Store.DisposeAsync();
        foreach (var file in Directory.GetFiles(_folder)) System.IO.File.Delete(file);
        foreach (var file in copies.GetFiles()) file.MoveTo(Path.Combine(_folder, file.Name));
        copies.Delete();
        Store = null!;
        await ReopenAsync();
    }

    /// <summary>The points of a series between two times in seconds from noon.</summary>
    public List<Point> Points(string key, double from = -1e9, double to = 1e9) =>
        [.. new RangeReader(Store, Store.SeriesOf(key)).Read(Noon.AddSeconds(from).Ticks, Noon.AddSeconds(to).Ticks)];

    public BucketRange Buckets(string key, double from, double to, int most) =>
        new BucketReader(Store, Store.SeriesOf(key)).Read(Noon.AddSeconds(from).Ticks, Noon.AddSeconds(to).Ticks, most);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
