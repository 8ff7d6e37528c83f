#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Titanic;
using Gatehouse.Sdk.Values;

// Asks the service of mdp-worker.cs by a request that is kept: run it again with the same id, and it is the same request.
// titanic-client.cs [BROKER [ID]]
await using var client = new TitanicClient(args is [var address, ..] ? address : "tcp://127.0.0.1:5514");
var id = await client.RequestAsync("localhost.shout", Frames.Of("hello"), args is [_, var own] ? own : null);
Console.WriteLine($"{id} is kept");
Console.WriteLine((await client.WaitAsync(id)).Text(0));
await client.CloseAsync(id);
