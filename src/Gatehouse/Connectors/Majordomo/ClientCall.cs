using Gatehouse.Sdk.Io;
using Gatehouse.Services;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>A ZeroMQ client's request on its way through the hub's services; the answer goes back to the loop, whoever gives it.</summary>
internal sealed class ClientCall(MajordomoBroker broker, HubRequest request, TimeSpan deadline)
    : Call(request.Service, request.Frames, deadline, request.Origin)
{
    public HubRequest Request { get; } = request;

    protected override void OnEnded(in Reply reply) => broker.Answer(new ClientAnswer(broker, this, reply));
}

/// <summary>How a client's call ended, until the loop passes it on.</summary>
internal sealed class ClientAnswer(MajordomoBroker broker, ClientCall call, Reply reply) : IoWork
{
    protected internal override void Run() => broker.PassOn(call, reply);
}
