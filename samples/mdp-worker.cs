#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

// Serves by way of the hub, or of any other Majordomo broker, until it is killed; registers again whenever the broker was away.
var worker = new MdpWorker(args is [var address] ? address : "tcp://127.0.0.1:5514", "localhost.shout", async (request, stop) =>
    Frames.Of([.. Enumerable.Range(0, request.Frames.Count).Select(i => request.Frames.Text(i).ToUpperInvariant())]));
worker.Failed += (request, error) => Console.Error.WriteLine(error);
await worker.RunAsync();
