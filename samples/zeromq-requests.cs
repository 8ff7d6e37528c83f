#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

// Asks a ZeroMQ server, which could as well be a program on libzmq elsewhere.
await using var server = new ZmtpSocket(ZmtpSocketType.Rep);
await using var client = new ZmtpSocket(ZmtpSocketType.Req);
client.Connect(server.Bind("tcp://127.0.0.1:*"));

await client.SendAsync(Frames.Of("how warm is it?"));
var question = await server.ReceiveAsync();
await server.SendAsync(Frames.Of($"{question.Text(0)} 21.5"));
Console.WriteLine((await client.ReceiveAsync()).Text(0));
