namespace Gatehouse.Sdk.Majordomo;

/// <summary>What a Majordomo message says, whatever the dialect. A reply of MDP 0.1 is a final one.</summary>
internal enum MdpKind : byte
{
    ClientRequest,
    ClientPartial,
    ClientFinal,
    Ready,
    WorkerRequest,
    WorkerPartial,
    WorkerFinal,
    Heartbeat,
    Disconnect,
}
