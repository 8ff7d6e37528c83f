using BenchmarkDotNet.Attributes;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;

namespace Gatehouse.Bench;

/// <summary>What a call to a service in this process costs.</summary>
[MemoryDiagnoser]
public class ServiceBench
{
    private static readonly Origin Caller = new("bench");
    private static readonly ServiceInfo Info = new() { Summary = "Returns its frames." };

    private readonly ServiceDirectory _services = new(TimeProvider.System, AllowAll.Instance);
    private readonly Frames _frames = Frames.Of("hello");

    [GlobalSetup]
    public void Offer()
    {
        _services.Offer(ServiceName.Parse("inline"), new InlineOwner("bench", call => Reply.Ok(call.Frames)), Info);
        _services.Offer(ServiceName.Parse("robot.arm."), new InlineOwner("bench", call => Reply.Ok(call.Frames)), Info);
        _services.Offer(ServiceName.Parse("handler"), new HandlerOwner("bench", (call, _) => new(Reply.Ok(call.Frames))), Info);
    }

    [Benchmark]
    public async Task<int> CallInline() => (await CallAsync("inline")).Frames.Count;

    [Benchmark]
    public async Task<int> CallInlineByPrefix() => (await CallAsync("robot.arm.grip.close")).Frames.Count;

    [Benchmark]
    public async Task<int> CallHandler() => (await CallAsync("handler")).Frames.Count;

    private ValueTask<Reply> CallAsync(string name) =>
        _services.CallAsync(name, _frames, TimeSpan.FromSeconds(5), Caller, CancellationToken.None);
}
