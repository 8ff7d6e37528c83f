#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

// Asks the service of mdp-worker.cs, by way of the hub or of any other Majordomo broker.
await using var client = new MdpClient(args is [var address] ? address : "tcp://127.0.0.1:5514");
var reply = await client.CallAsync("localhost.shout", Frames.Of("Hello", "World"));
for (var i = 0; i < reply.Count; i++) Console.WriteLine(reply.Text(i));
