#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

// Sends as RasPy's programs do: what comes back goes to a callback. Leaves when both are answered.
await using var client = new RaspyClient(port: args is [var port] ? int.Parse(port) : RaspyClient.DefaultPort);
using var answered = new CountdownEvent(2);
client.Send("mmi.discovery", Frames.Of(@"\.shout$"), Show);
client.Send(RaspyClient.RoutingKey("localhost", "shout"), Frames.Of("hello"), Show);
answered.Wait();

void Show(MdpResult result)
{
    Console.WriteLine(result.IsOk ? result.Frames.Text(0) : result.Reason);
    answered.Signal();
}
