#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Clone;

// Shows what a server of the clone protocols has, the hub or any other, and then what changes: clone-watch.cs [SERVER [SUBTREE]]
var server = args is [var first, ..] ? first : "tcp://127.0.0.1:5515";
await using var values = new KvSubscriberClient(server, args is [_, var subtree] ? subtree : "");
values.Noticed += notice => Console.Error.WriteLine(notice.Text);
await foreach (var entry in values.WatchAsync())
    Console.WriteLine(entry.IsDeleted ? $"{entry.Key} is gone" : $"{entry.Key} = {entry.Value}");
