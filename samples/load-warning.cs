#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;

// Says when the processor of the hub's machine is busy, and goes on when the hub restarts.
var load = Key.Parse("/device/localhost.system.cpu/load");
using var hub = HubClient.OfThisMachine();
await foreach (var change in hub.WatchAsync([load.ToString()]))
{
    // Keys that begin like it come too: load1, load5 and load15.
    foreach (var entry in change.Entries.Where(e => e.Key.Equals(load)))
    {
        if (entry.Value.TryGetNumber(out var percent) && percent > 80) Console.WriteLine($"{entry.Time:T}  {percent:0} %");
    }
}
