using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Gatehouse.Sdk.Io;

namespace Gatehouse.Tests.Sdk.Io;

/// <summary>What the tests of the loop need: a loop on either poller, connected sockets, waiting for the loop.</summary>
internal static class LoopPairs
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Pollers => OperatingSystem.IsLinux() ? ["epoll", "select"] : ["select"];

    public static IPoller Poller(string name) => name == "epoll" ? EpollPoller.TryCreate()! : new SelectPoller();

    public static IoLoop Loop(string poller, TimeProvider? time = null) => new("test", time, Poller(poller));

    public static (Socket Near, Socket Far) Connected()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.Connect(listener.LocalEndPoint!);
        return (near, listener.Accept());
    }

    /// <summary>Runs it on the loop and waits for it; passes on what it throws.</summary>
    public static T On<T>(this IoLoop loop, Func<T> action)
    {
        using var done = new ManualResetEventSlim();
        var (result, failure) = (default(T)!, default(ExceptionDispatchInfo));
        Assert.True(loop.Post(() =>
        {
            try
            {
                result = action();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }

            done.Set();
        }));
        Assert.True(done.Wait(Patience, TestContext.Current.CancellationToken), "the loop does not get to it");
        failure?.Throw();
        return result;
    }

    public static void On(this IoLoop loop, Action action) => loop.On(() =>
    {
        action();
        return true;
    });

    /// <summary>Lets the loop go through two rounds at least, so that it has seen what was there before.</summary>
    public static void Turn(this IoLoop loop)
    {
        for (var i = 0; i < 3; i++) loop.On(() => { });
    }

    public static async Task<T> SoonAsync<T>(this Task<T> task) => await task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public static async Task SoonAsync(this Task task) => await task.WaitAsync(Patience, TestContext.Current.CancellationToken);
}

/// <summary>A handler made of a function.</summary>
internal sealed class Handler(Action<Interest> action) : IReady
{
    public void Ready(Interest seen) => action(seen);
}
