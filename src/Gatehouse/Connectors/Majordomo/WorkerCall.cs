using Gatehouse.Sdk.Io;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>A call of the hub on its way to a worker: it waits for the loop, which alone knows the workers.</summary>
internal sealed class AcceptedCall(MajordomoBroker broker, Call call) : IoWork
{
    protected internal override void Run() => broker.Request(call);
}

/// <summary>A call of the hub that a worker is to answer.</summary>
/// <param name="call">The call.</param>
/// <param name="deadline">When its caller gives up, in milliseconds of the loop's clock.</param>
internal sealed class WorkerCall(Call call, long deadline) : HubCall(call.Name, call.Frames, deadline, call.Origin)
{
    // Whoever asked one-way has been told that it is done; the worker is to have it all the same.
    public override bool HasEnded => !call.OneWay && call.HasEnded;

    public override void Complete(in Reply reply)
    {
        if (!call.OneWay) call.Complete(reply);
    }
}
