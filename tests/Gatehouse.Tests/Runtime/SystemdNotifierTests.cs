using System.Net.Sockets;
using System.Text;
using Gatehouse.Runtime;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Runtime;

public sealed class SystemdNotifierTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gatehouse-{Guid.NewGuid():N}");
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public SystemdNotifierTests() => _systemd.Bind(new UnixDomainSocketEndPoint(_path));

    public void Dispose()
    {
        _systemd.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void It_says_what_the_protocol_knows()
    {
        var notifier = New(_path);
        notifier.Ready("serving at\nhttp://127.0.0.1:8080");
        Assert.Equal("READY=1\nSTATUS=serving at http://127.0.0.1:8080", Received());
        notifier.Status("2 parts are down");
        Assert.Equal("STATUS=2 parts are down", Received());
        var time = new ManualTime();
        time.Advance(TimeSpan.FromSeconds(1.5));
        notifier.Reloading(time);
        Assert.Equal("RELOADING=1\nMONOTONIC_USEC=1500000", Received());
        notifier.KeepAlive();
        Assert.Equal("WATCHDOG=1", Received());
        notifier.Stopping();
        Assert.Equal("STOPPING=1\nSTATUS=stopping", Received());
    }

    [Fact]
    public void Without_a_socket_or_with_a_dead_one_it_goes_on()
    {
        New(null).Ready("x");
        New(_path + "-gone").Ready("x");
    }

    [Theory]
    [InlineData("WATCHDOG_USEC=30000000", 15.0)]
    [InlineData("WATCHDOG_USEC=30000000;WATCHDOG_PID=1", null)]
    [InlineData("WATCHDOG_USEC=soon", null)]
    [InlineData("A=b", null)]
    public void Signs_of_life_come_twice_as_often_as_asked(string environment, double? seconds)
    {
        var variables = environment.Split(';').Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        var notifier = new SystemdNotifier(variables.GetValueOrDefault, NullLogger<SystemdNotifier>.Instance);
        Assert.Equal(seconds, notifier.KeepAlivePeriod?.TotalSeconds);
        Assert.Equal(seconds is not null, SystemdNotifier.IsWatched(variables.GetValueOrDefault));
    }

    private static SystemdNotifier New(string? path) =>
        new(name => name == "NOTIFY_SOCKET" ? path : null, NullLogger<SystemdNotifier>.Instance);

    private string Received()
    {
        var buffer = new byte[1024];
        return Encoding.UTF8.GetString(buffer, 0, _systemd.Receive(buffer));
    }
}
