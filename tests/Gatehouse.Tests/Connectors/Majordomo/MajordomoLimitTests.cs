using Gatehouse.Connectors;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Sdk.Zmtp;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>What the machine allows, and who may reach it.</summary>
public sealed class MajordomoLimitTests
{
    [Fact]
    public async Task No_more_programs_are_let_in_than_there_are_descriptors_for()
    {
        using var fixture = new DriverFixture(TimeProvider.System);
        var log = new LogLines<MajordomoConnector>();
        var connector = new MajordomoConnector(
            new MajordomoOptions { Listen = "tcp://127.0.0.1:0" }, AllowAll.Instance, new Troubles(fixture.Hub, new Readiness()),
            fixture.Time, log)
        {
            FileLimit = 273,
        };
        using var ending = new CancellationTokenSource();
        var running = connector.RunAsync(fixture.Hub, ending.Token);
        await connector.Opened.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, log.Count(10004));
        var address = ZmtpAddress.Parse(connector.Addresses[0]);
        var peers = Enumerable.Range(0, 17).Select(_ => new RawPeer(address)).ToList();
        foreach (var peer in peers) Assert.Equal(64, peer.Hear(64).Length);
        using (var surplus = new RawPeer(address)) Assert.Equal(0, surplus.HearOut());
        peers.ForEach(peer => peer.Dispose());
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Who_asks_a_service_of_the_hub_often_at_once_does_not_keep_others_waiting()
    {
        const int Count = 200;
        using var fixture = new DriverFixture(TimeProvider.System);
        var connector = new MajordomoConnector(
            new MajordomoOptions { Listen = "tcp://127.0.0.1:0" }, AllowAll.Instance, new Troubles(fixture.Hub, new Readiness()),
            fixture.Time, new LogLines<MajordomoConnector>());
        using var ending = new CancellationTokenSource();
        var running = connector.RunAsync(fixture.Hub, ending.Token);
        await connector.Opened.WaitAsync(TestContext.Current.CancellationToken);
        var address = ZmtpAddress.Parse(connector.Addresses[0]);
        using var many = new RawPeer(address).Say(Wire.Hello("DEALER"));
        using var other = new RawPeer(address).Say(Wire.Hello("DEALER"));
        // Both are let in before the first of them asks.
        foreach (var peer in (RawPeer[])[many, other]) peer.Hear(64 + Wire.Ready("ROUTER", "").Length);
        var asked = new List<string>();
        using var offer = fixture.Hub.Services.Offer(ServiceName.Parse("lab.slow"), new InlineOwner("lab", call =>
        {
            asked.Add(call.Frames.Text(0));
            if (asked.Count == 1) other.Say(Wire.Message("", "MDPC01", "lab.slow", "other"));
            return Reply.Ok(call.Frames);
        }), new ServiceInfo { Summary = "For tests." });
        many.Say([.. Enumerable.Range(0, Count).SelectMany(i => Wire.Message("", "MDPC01", "lab.slow", $"{i:D3}"))]);
        many.Hear(Count * Wire.Message("", "MDPC01", "lab.slow", "000").Length);
        other.Hear(Wire.Message("", "MDPC01", "lab.slow", "other").Length);
        Assert.InRange(asked.IndexOf("other"), 1, Count - 1);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData("tcp://localhost:5597", true)]
    [InlineData("tcp://LocalHost:5597", true)]
    [InlineData("tcp://127.0.0.1:5597", true)]
    [InlineData("tcp://127.1.2.3:5597", true)]
    [InlineData("tcp://[::1]:5597", true)]
    [InlineData("ipc:///run/mdp", true)]
    [InlineData("tcp://*:5597", false)]
    [InlineData("tcp://0.0.0.0:5597", false)]
    [InlineData("tcp://[::]:5597", false)]
    [InlineData("tcp://192.0.2.1:5597", false)]
    [InlineData("tcp://localhost.example.org:5597", false)]
    public void Addresses_of_this_machine_are_not_open_to_the_network(string address, bool isOfThisMachine) =>
        Assert.Equal(isOfThisMachine, Listening.IsOfThisMachine(address));
}
