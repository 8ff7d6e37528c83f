#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Clone;

// Sets a value by the clone protocols, at the hub or any other server of them: clone-publish.cs [SERVER [NAME [VALUE]]]
await using var values = new KvPublisherClient(args is [var server, ..] ? server : "tcp://127.0.0.1:5515", "sensors");
await values.SetAsync(args is [_, var name, ..] ? name : "hall", args is [_, _, var value] ? value : 21.5);
