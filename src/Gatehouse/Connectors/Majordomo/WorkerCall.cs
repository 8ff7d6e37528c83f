using System.Globalization;
using System.Text;
using Gatehouse.Sdk.Io;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>A call of the hub on its way to a worker: it waits for the loop, which alone knows the workers.</summary>
internal sealed class AcceptedCall(MajordomoBroker broker, Call call) : IoWork
{
    protected internal override void Run() => broker.Request(call);
}

/// <summary>A call of the hub that a worker is to answer.</summary>
internal sealed class WorkerCall : HubCall
{
    private readonly Call _call;

    /// <param name="call">The call.</param>
    /// <param name="deadline">When its caller gives up, in milliseconds of the loop's clock.</param>
    public WorkerCall(Call call, long deadline)
        : base(call.Name, call.Frames, deadline, call.Origin)
    {
        _call = call;
        MayRepeat = call.MayRepeat;
        if (call.RequestId is not { } id) return;
        Delivery = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id} {call.Attempt}"));
    }

    // Whoever asked one-way has been told that it is done; the worker is to have it all the same.
    public override bool HasEnded => !_call.OneWay && _call.HasEnded;

    public override void Complete(in Reply reply)
    {
        if (!_call.OneWay) _call.Complete(reply);
    }
}
