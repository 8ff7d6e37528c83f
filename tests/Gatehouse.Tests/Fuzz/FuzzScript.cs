using System.Text;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Fuzz;

internal enum FuzzAct : byte
{
    Say,
    Return,
    Close,
    Wait,
    Call,
    Answer,
    Forbid,
    Stick,
}

/// <summary>One step of a conversation.</summary>
internal readonly record struct FuzzStep(FuzzAct Act, int Peer, byte[] Message, long Time);

/// <summary>A valid conversation. Peers 0 and 1 are clients, the others workers.</summary>
internal sealed class FuzzScript(params FuzzStep[] steps)
{
    public static readonly byte[][] Identities = [.. Enumerable.Range(0, 6).Select(i => new byte[] { 0, 0, 0, 0, (byte)i })];

    public FuzzStep[] Steps { get; } = steps;

    public static FuzzScript[] All()
    {
        var all = new List<FuzzScript>();
        foreach (var client in Enum.GetValues<MdpDialect>())
        {
            foreach (var worker in Enum.GetValues<MdpDialect>()) all.AddRange(Of(client, worker));
        }
        return [.. all];
    }

    private static IEnumerable<FuzzScript> Of(MdpDialect client, MdpDialect worker)
    {
        FuzzStep Ready(int peer, string service = "echo") => Say(peer, (to, w) => MdpHead.Ready(to, w, Latin(service)), worker);
        FuzzStep Ask(int peer, string service = "echo", params string[] body) =>
            Say(peer, (to, c) => MdpHead.ClientRequest(to, c, Latin(service)), client, body.Length == 0 ? ["body"] : body);
        FuzzStep Answer(int peer, int to, bool final = true) =>
            Say(peer, (head, w) => MdpHead.WorkerReply(head, w, Identities[to], final), worker, "reply", final ? "" : new string('p', 60));
        FuzzStep Heartbeat(int peer) => new(FuzzAct.Say, peer, MdpHead.Heartbeat(worker).ToArray(), 0);
        FuzzStep Goodbye(int peer) => new(FuzzAct.Say, peer, MdpHead.Disconnect(worker).ToArray(), 0);
        FuzzStep Return(int peer) =>
            Say(peer, (to, w) => MdpHead.WorkerReply(to, w, new byte[9], final: true), worker, "x") with { Act = FuzzAct.Return };
        var part = worker != MdpDialect.Mdp01;

        yield return new FuzzScript(Ready(2), Ask(0), Answer(2, 0), Ask(0), Answer(2, 0), Goodbye(2));
        yield return new FuzzScript(Ready(2), Ready(3), Ask(0), Ask(1), Answer(3, 1), Answer(2, 0), Heartbeat(2), Ask(1), Answer(3, 1));
        yield return new FuzzScript(Ask(0), Ask(1), Ask(0, "echo", "a", "", "b"), Ready(2), Answer(2, 0), Answer(2, 1), Answer(2, 0));
        yield return new FuzzScript(Ready(2), Ready(3), Ask(0), Goodbye(2), Answer(3, 0), Ask(0), Close(3), Ready(4), Answer(4, 0));
        yield return new FuzzScript(Ready(2), Heartbeat(2), Wait(2500), Heartbeat(2), Wait(1000), Ask(0), Answer(2, 0), Wait(30_000));
        yield return new FuzzScript(Ask(0, "absent"), Wait(9999), Ask(1, "absent"), Wait(10_000), Ready(2, "absent"));
        yield return new FuzzScript(Ready(2), Ask(0), Wait(70_000), Answer(2, 0), Ready(2));
        yield return new FuzzScript(Ready(2, "once"), Ready(3, "once"), Ask(0, "once"), Close(2), Ask(0, "once"), Close(0), Answer(3, 0));
        yield return new FuzzScript(
            Ask(0, "mmi.service", "echo"), Ask(0, "mmi.discovery", "e"), Ask(0, "mmi.stats"), Ask(1, "mmi.echo", "x"), Ready(2),
            Ask(0, "mmi.x", "y"));
        yield return new FuzzScript(Ask(0, "hub.info"), new FuzzStep(FuzzAct.Answer, 0, [], 0), Ask(0, "hub.info"), Close(0));
        yield return new FuzzScript(Ready(2, "taken"), Ready(3, "hub.x"), Ready(4, "a\nb"), Ask(0, "a\nb"), Ask(0));
        yield return new FuzzScript(
            Call(5000), Ready(2), Wait(1), Return(2), Call(100), Ask(0), Wait(3000), Call(9000), Close(2), Wait(9000));
        yield return new FuzzScript(Ready(2), Ready(3), Stick(), Ask(0), Stick(), Ask(0), Stick(), Answer(3, 0), Stick(), Answer(3, 0));
        yield return new FuzzScript(Ready(2), Forbid(), Ask(0), Forbid(), Ask(0), Answer(2, 0));
        yield return new FuzzScript([.. Enumerable.Range(0, 12).Select(i => Ask(i % 2)), Ready(2), Answer(2, 0), Answer(2, 1)]);
        if (!part) yield break;
        yield return new FuzzScript(Ready(2), Ask(0), Answer(2, 0, false), Answer(2, 0, false), Answer(2, 0), Ask(0), Answer(2, 0));
        yield return new FuzzScript(Ready(2), Ready(3), Ask(0), Answer(2, 0, false), Close(2), Answer(3, 0));
        yield return new FuzzScript([Ready(2), Ask(0), .. Enumerable.Repeat(Answer(2, 0, false), 6), Answer(2, 0), Ask(0), Answer(2, 0)]);
    }

    private delegate int Head(Span<byte> to, MdpDialect dialect);

    private static FuzzStep Say(int peer, Head write, MdpDialect dialect, params string[] body)
    {
        Span<byte> head = stackalloc byte[MdpHead.MaxSize];
        var used = write(head, dialect);
        return new FuzzStep(FuzzAct.Say, peer, [.. head[..used], .. ZmtpFrames.Encode(Frames.Of([.. body.Select(Latin)]))], 0);
    }

    private static FuzzStep Close(int peer) => new(FuzzAct.Close, peer, [], 0);

    private static FuzzStep Wait(long time) => new(FuzzAct.Wait, 0, [], time);

    private static FuzzStep Call(long deadline) => new(FuzzAct.Call, 0, [], deadline);

    private static FuzzStep Forbid() => new(FuzzAct.Forbid, 0, [], 0);

    private static FuzzStep Stick() => new(FuzzAct.Stick, 0, [], 0);

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}
