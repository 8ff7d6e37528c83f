using Gatehouse.Devices;
using Gatehouse.Parts;
using Gatehouse.Services;

namespace Gatehouse.Drivers.Fake;

/// <summary>What others may ask of the made-up devices: to go, to come back, to fail. Offered from making to disposing.</summary>
internal sealed partial class FakeServices : IDisposable
{
    private readonly FakeHouse _house;
    private readonly IDemoSwitch _choice;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _choosing = new(1);
    private readonly List<IDisposable> _offers = [];

    public FakeServices(Hub hub, FakeHouse house, IDemoSwitch choice, string driver, ILogger logger)
    {
        (_house, _choice, _logger) = (house, choice, logger);
        try
        {
            Offer(new HandlerOwner(driver, (_, stop) => ChooseAsync(true, stop)), "demo.remove", new ServiceInfo
            {
                Summary = "Removes the demo devices with their values, until demo.restore is called: restarts do not bring them back.",
                Idempotent = true,
            });
            Offer(new HandlerOwner(driver, (_, stop) => ChooseAsync(false, stop)), "demo.restore", new ServiceInfo
            {
                Summary = "Brings the demo devices back after demo.remove.",
                Idempotent = true,
            });
            Offer(new InlineOwner(driver, Suffer), "fake.fault", new ServiceInfo
            {
                Summary = "Makes a demo sensor fail for a time: stuck repeats one value, spike is off by an amount, silence says nothing.",
                Inline = true,
                Idempotent = true,
                Parameters = """["garden/temperature", "spike", 10, 25]: device/property, kind, seconds (0 ends it), amount of a spike""",
            });
        }
        catch
        {
            Dispose();
            throw;
        }

        void Offer(IServiceOwner owner, string name, ServiceInfo info) =>
            _offers.Add(hub.Services.Offer(ServiceName.Parse(name), owner, info));
    }

    public void Dispose()
    {
        foreach (var offer in _offers) offer.Dispose();
    }

    // One after the other, so that what is kept and what is shown are the same in the end.
    private async ValueTask<Reply> ChooseAsync(bool removed, CancellationToken stop)
    {
        await _choosing.WaitAsync(stop);
        try
        {
            var before = _choice.IsRemoved;
            await _choice.SetRemovedAsync(removed, stop);
            _house.Follow();
            if (before != removed) LogChosen(removed ? "removed" : "brought back");
            return Reply.Ok(default);
        }
        finally
        {
            _choosing.Release();
        }
    }

    private Reply Suffer(Call call)
    {
        var frames = new string[call.Frames.Count];
        for (var i = 0; i < frames.Length; i++) frames[i] = call.Frames.Text(i);
        var fault = Fault.Parse(frames, out var reason);
        reason ??= _house.Suffer(fault!);
        return reason is null ? Reply.Ok(default) : Reply.Failed(reason);
    }

    [LoggerMessage(5001, LogLevel.Information, "The demo devices were {Done}")]
    private partial void LogChosen(string done);
}
