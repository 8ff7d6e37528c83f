using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>
/// Durable requests on a disk that is full: refused with a code, nothing of them is there, and it goes on when there is room.
/// </summary>
public sealed class TitanicDiskTests
{
    private static readonly string Large = new('x', 60_000);

    [Fact]
    public async Task A_full_disk_refuses_requests_and_loses_none()
    {
        using var disk = SmallDisk.Mount("16m");
        string[] settings =
        [
            .. HubRunner.WithBroker(out var address), "drivers.system.enabled=false", "drivers.fake.enabled=false", "history.enabled=false",
        ];
        await using var hub = await HubRunner.StartAsync(settings, data: Path.Combine(disk.Folder, "data"));
        var kept = new List<string>();
        Assert.Equal("200", await RequestAsync("early"));
        disk.Fill();
        // The log may have some room that was taken before.
        var refused = "";
        for (var i = 0; refused.Length == 0; i++)
        {
            Assert.True(i < 500, "The disk is never full.");
            if (await RequestAsync($"r{i}") == "500") refused = $"r{i}";
        }
        Assert.Equal("400", await StatusAsync("titanic.reply", refused));
        foreach (var id in kept) Assert.Equal("300", await StatusAsync("titanic.reply", id));
        Assert.Equal(503, (int)(await hub.Client().GetAsync("/readyz", TestContext.Current.CancellationToken)).StatusCode);
        disk.Free();
        Assert.Equal("200", await RequestAsync(refused));
        await using var worker = await Peers.WorkerAsync(address, "0.1", "lab.scale", "scale", "--quiet");
        foreach (var id in kept)
        {
            var answer = await Peers.AskAsync(address, "0.1", "titanic.reply", id, "20000");
            Assert.Equal(["REPLY", "200", "scale", Large], answer.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        async Task<string> RequestAsync(string id)
        {
            var status = await StatusAsync($"titanic.request.{id}", "lab.scale", Large);
            if (status == "200") kept.Add(id);
            return status;
        }

        async Task<string> StatusAsync(string service, params string[] frames) =>
            (await Peers.AskAsync(address, "0.1", service, frames)).Split('\n')[1];
    }
}
