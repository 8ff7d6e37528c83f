using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>The history on disks that fail it: full, read-only, and with a damaged file.</summary>
public sealed class HistoryDiskTests
{
    private const int PageSize = 4096;

    private static readonly string[] Settings =
        ["history.record={\"/\":{\"mode\":\"every\"}}", "drivers.system.enabled=false", "drivers.fake.enabled=false"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_full_disk_live_values_go_on_and_recording_resumes_when_there_is_room()
    {
        using var disk = SmallDisk.Mount("6m");
        await using var hub = await HubRunner.StartAsync(Settings, data: Path.Combine(disk.Folder, "data"));
        using var http = hub.Client();
        await SetAsync(http, 1);
        await UntilAsync(http, "/readyz", HttpStatusCode.OK, "ready");
        disk.Fill();
        var next = 2;
        string trouble;
        do
        {
            await SetAsync(http, next++);
            trouble = await http.GetStringOrEmptyAsync("/api/values/hub/trouble/history");
        }
        while (trouble.Length == 0);
        Assert.Contains("the history is not recorded", trouble, StringComparison.Ordinal);
        Assert.Contains("full", await UntilAsync(http, "/readyz", HttpStatusCode.ServiceUnavailable, "history"), StringComparison.Ordinal);
        for (var last = next + 100; next < last; next++) await SetAsync(http, next);
        Assert.Contains($"\"value\":{next - 1},", await http.GetStringAsync("/api/values/disk/x", Stop), StringComparison.Ordinal);

        disk.Free();
        await UntilAsync(http, "/readyz", HttpStatusCode.OK, "ready");
        Assert.Equal("", await http.GetStringOrEmptyAsync("/api/values/hub/trouble/history"));
        await hub.KillAsync();
        await hub.StartAgainAsync();
        Assert.Equal(Enumerable.Range(1, next - 1), await RecordedAsync(http));
    }

    [Fact]
    public async Task A_damaged_file_is_set_aside_and_told_and_what_can_be_read_is_imported()
    {
        await using var hub = await HubRunner.StartAsync(Settings);
        using var http = hub.Client();
        for (var i = 1; i <= 2000; i++) await SetAsync(http, i);
        await hub.StopAsync();
        var file = Path.Combine(hub.Data, "history.db");
        var bytes = await File.ReadAllBytesAsync(file, Stop);
        // One in the middle that is in use: everything else is whole.
        var free = FreePages(bytes);
        var page = Enumerable.Range(bytes.Length / PageSize / 2, bytes.Length / PageSize).First(number => !free.Contains(number));
        bytes.AsSpan((page - 1) * PageSize, PageSize).Fill(0xA5);
        await File.WriteAllBytesAsync(file, bytes, Stop);

        await hub.StartAgainAsync();
        var setAside = JsonDocument.Parse(await UntilAsync(http, "/api/values/hub/history/setAside", HttpStatusCode.OK, "damaged"))
            .RootElement.GetProperty("value").GetString()!;
        Assert.StartsWith(file + ".damaged-", setAside, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(setAside, Stop));
        await SetAsync(http, 2001);
        Assert.Contains(2001, await RecordedAsync(http));
        var import = await hub.RunToEndAsync("history", "import", setAside);
        Assert.Equal(0, import.Code);
    }

    // Of a list that begins in the head of the file: each of its pages names the next, and pages that are free (SQLite, "The Freelist").
    private static HashSet<int> FreePages(byte[] file)
    {
        var free = new HashSet<int>();
        for (var trunk = Number(file, 32); trunk != 0; trunk = Number(file, (trunk - 1) * PageSize))
        {
            free.Add(trunk);
            var start = (trunk - 1) * PageSize;
            for (var i = 0; i < Number(file, start + 4); i++) free.Add(Number(file, start + 8 + (i * 4)));
        }
        return free;
    }

    private static int Number(byte[] file, int at) => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));

    private static async Task SetAsync(HttpClient http, int number)
    {
        using var answer = await http.PutAsJsonAsync("/api/values/disk/x", new { value = number });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string> UntilAsync(HttpClient http, string path, HttpStatusCode status, string word)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var answer = await http.GetAsync(path);
            var body = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == status && body.Contains(word, StringComparison.Ordinal)) return body;
            var isInTime = TimeProvider.System.GetElapsedTime(started) < ChildProcess.Patience;
            Assert.True(isInTime, $"{path} still says {(int)answer.StatusCode} {body}");
        }
    }

    private static async Task<List<int>> RecordedAsync(HttpClient http)
    {
        var body = await UntilAsync(http, "/api/history?key=/disk/x", HttpStatusCode.OK, "points");
        return [.. JsonDocument.Parse(body).RootElement.GetProperty("points").EnumerateArray()
            .Where(p => p[2].GetString() == "good").Select(p => p[1].GetInt32())];
    }
}

internal static class HttpClientExtensions
{
    /// <summary>The body of a good answer, else nothing.</summary>
    public static async Task<string> GetStringOrEmptyAsync(this HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : "";
    }
}
