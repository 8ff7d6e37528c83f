using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Drivers.Fake;

/// <summary>The made-up devices as the page meets them.</summary>
public sealed class DemoServiceTests
{
    [Fact(Timeout = 20_000)]
    public async Task They_go_and_come_back_by_http_and_faults_are_problems_with_the_reason()
    {
        await using var hub = await TestHub.StartAsync(settings: ["drivers.fake.enabled=true"]);
        while (!hub.Services.List().Any(o => o.Name.Text == "fake.fault"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        Assert.Equal(7, hub.Devices.List().Count);
        Assert.Equal(200, (await CallAsync("demo.remove", "")).Status);
        Assert.Equal("[]", (await hub.SendAsync(HttpMethod.Get, "/api/devices")).Body);
        Assert.Equal(404, (await hub.SendAsync(HttpMethod.Get, "/api/values/device/localhost.fake.hall/on")).Status);
        Assert.Equal(200, (await CallAsync("demo.restore", "")).Status);
        Assert.Equal(7, hub.Devices.List().Count);
        Assert.Equal(200, (await CallAsync("fake.fault", """["roof/speed", "spike", 5, 100]""")).Status);
        var wrong = await CallAsync("fake.fault", """["roof/speed", "rust", 5]""");
        Assert.Equal(502, wrong.Status);
        Assert.Contains("there are stuck, spike, silence", wrong.Body, StringComparison.Ordinal);

        Task<Answer> CallAsync(string service, string body) => hub.SendAsync(HttpMethod.Post, $"/api/services/{service}", body);
    }
}
