#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Hub;

// Says when the processor of the hub's machine is busy, and goes on when the hub restarts.
using var hub = HubClient.OfThisMachine();
await foreach (var change in hub.WatchAsync(["/device/localhost.system.cpu/load"]))
{
    foreach (var entry in change.Entries)
    {
        if (entry.Value.TryGetNumber(out var load) && load > 80) Console.WriteLine($"{entry.Time:T}  {load:0} %");
    }
}
