#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

// Publishes as soon as somebody has subscribed, which an XPUB sees.
await using var publisher = new ZmtpSocket(ZmtpSocketType.XPub);
await using var subscriber = new ZmtpSocket(ZmtpSocketType.Sub);
subscriber.Subscribe("hall.");
subscriber.Connect(publisher.Bind("tcp://127.0.0.1:*"));

await publisher.ReceiveAsync();
await publisher.SendAsync(Frames.Of("yard.temperature", "-3"));
await publisher.SendAsync(Frames.Of("hall.temperature", "21.5"));
var news = await subscriber.ReceiveAsync();
Console.WriteLine($"{news.Text(0)}: {news.Text(1)}");
