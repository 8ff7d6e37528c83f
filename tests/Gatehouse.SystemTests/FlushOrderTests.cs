using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>
/// What a power cut would show and a kill does not: the hub's calls to the system, as strace lists them, have the flush of what an answer
/// confirms before the answer.
/// </summary>
public sealed partial class FlushOrderTests
{
    private const int Edits = 20, Requests = 20;

    [Fact]
    public async Task Every_confirmed_edit_and_request_was_flushed_before_its_answer_left()
    {
        if (!File.Exists("/usr/bin/strace")) Assert.Skip("strace is not installed here");
        var folder = Directory.CreateTempSubdirectory("gatehouse").FullName;
        var trace = Path.Combine(folder, "trace");
        var address = new Uri($"http://127.0.0.1:{HubRunner.FreePort().ToString(CultureInfo.InvariantCulture)}/");
        string[] call =
        [
            "-f", "-q", "-s", "4096", "-e", "trace=openat,pwrite64,fdatasync,fsync,sendto,sendmsg", "-o", trace,
            HubRunner.Gatehouse, "run", "--data", Path.Combine(folder, "data"), "--set", $"web.listen={address.Authority}",
            "--set", "drivers.system.enabled=false",
        ];
        await using (var hub = ChildProcess.Start("/usr/bin/strace", call))
        {
            await hub.OutputLineAsync(line => line.StartsWith("READY ", StringComparison.Ordinal));
            var token = await File.ReadAllTextAsync(Path.Combine(folder, "data", "token"), TestContext.Current.CancellationToken);
            using var http = new HttpClient
            {
                BaseAddress = address,
                DefaultRequestHeaders = { Authorization = new("Bearer", token.Trim()) },
            };
            for (var i = 0; i < Edits; i++)
            {
                var body = JsonContent.Create(new { title = Mark(i) });
                using var answer = await http.PatchAsync("/api/devices/localhost.fake.hall", body, TestContext.Current.CancellationToken);
                answer.EnsureSuccessStatusCode();
            }
            for (var i = 0; i < Requests; i++)
            {
                var body = JsonContent.Create(new { service = "nobody.here", id = Asked(i) });
                using var answer = await http.PostAsync("/api/requests", body, TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            }
        }
        var lines = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        // The writer opens it first, the readers later.
        var log = lines.Select(l => LogOpened().Match(l)).First(m => m.Success).Groups["file"].Value;
        for (var i = 0; i < Edits; i++) AssertOrder(lines, Mark(i), log);
        for (var i = 0; i < Requests; i++) AssertOrder(lines, Asked(i), log);
        Directory.Delete(folder, recursive: true);
    }

    private static void AssertOrder(string[] lines, string mark, string log)
    {
        var written = Array.FindIndex(lines, l => Has(l, $"pwrite64({log}, ") && Has(l, mark));
        Assert.True(written >= 0, $"{mark} was never written.");
        var flushed = Array.FindIndex(lines, written, l => IsDone(l, "fdatasync", log) || IsDone(l, "fsync", log));
        var answered = Array.FindIndex(lines, l => Has(l, "send") && Has(l, mark));
        var isInOrder = flushed >= 0 && flushed < answered;
        Assert.True(isInOrder, $"{mark} was written in line {written}, flushed in {flushed}, answered in {answered}.");
    }

    // A call that another thread's interrupts stands in two lines; the second one counts.
    private static bool IsDone(string line, string call, string file) =>
        (Has(line, $"{call}({file})") || Has(line, $"<... {call} resumed>")) && line.EndsWith("= 0", StringComparison.Ordinal);

    private static bool Has(string line, string part) => line.Contains(part, StringComparison.Ordinal);

    private static string Mark(int number) => $"flushed-{number.ToString(CultureInfo.InvariantCulture)}.";

    private static string Asked(int number) => $"asked-{number.ToString(CultureInfo.InvariantCulture)}.";

    [GeneratedRegex("""openat\(.*hub\.db-wal".*\) = (?<file>\d+)""")]
    private static partial Regex LogOpened();
}
