using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Zmtp;

public sealed class ZmtpAddressTests
{
    [Theory]
    [InlineData("tcp://127.0.0.1:5514", "127.0.0.1", 5514)]
    [InlineData("tcp://*:0", "*", 0)]
    [InlineData("tcp://*:*", "*", 0)]
    [InlineData("tcp://[::1]:65535", "::1", 65535)]
    [InlineData("tcp://hall-pi.local:1", "hall-pi.local", 1)]
    public void Tcp_has_host_and_port(string text, string host, int port)
    {
        var address = ZmtpAddress.Parse(text);
        Assert.Equal((host, port, null, false), (address.Host, address.Port, address.Path, address.HasFile));
        Assert.Equal(text.Replace(":*", ":0", StringComparison.Ordinal), address.ToString());
    }

    [Theory]
    [InlineData("ipc:///tmp/gate.sock", "/tmp/gate.sock", true)]
    [InlineData("ipc://gate", "gate", true)]
    [InlineData("ipc://@gate", "@gate", false)]
    public void Ipc_has_a_path(string text, string path, bool hasFile)
    {
        var address = ZmtpAddress.Parse(text);
        Assert.Equal((path, hasFile, text), (address.Path, address.HasFile, address.ToString()));
        Assert.Equal(AddressFamily.Unix, address.UnixEndPoint.AddressFamily);
    }

    [Theory]
    [InlineData("")]
    [InlineData("udp://a:1")]
    [InlineData("tcp://a")]
    [InlineData("tcp://:1")]
    [InlineData("tcp://a:")]
    [InlineData("tcp://a:-1")]
    [InlineData("tcp://a:65536")]
    [InlineData("tcp://a b:1")]
    [InlineData("tcp://a/b:1")]
    [InlineData("tcp://::1:1")]
    [InlineData("tcp://[]:1")]
    [InlineData("ipc://")]
    [InlineData("ipc://@")]
    [InlineData("ipc://a\0b")]
    [InlineData("inproc://a")]
    public void Anything_else_is_refused_in_words(string text)
    {
        Assert.False(ZmtpAddress.TryParse(text, out _, out var reason));
        Assert.NotEmpty(reason);
        Assert.Contains(reason, Assert.Throws<ZmtpException>(() => ZmtpAddress.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_fits_into_what_the_system_takes() =>
        Assert.Equal((true, false), (Fits(107), Fits(108)));

    [Fact]
    public void A_peers_address_is_written_as_one_connects_to_it()
    {
        Assert.Equal("tcp://10.0.0.1:99", ZmtpAddress.Format(new IPEndPoint(IPAddress.Parse("::ffff:10.0.0.1"), 99)));
        Assert.Equal("tcp://[::1]:99", ZmtpAddress.Format(new IPEndPoint(IPAddress.IPv6Loopback, 99)));
        Assert.Equal("ipc:///tmp/a", ZmtpAddress.Format(new UnixDomainSocketEndPoint("/tmp/a")));
        Assert.Equal("", ZmtpAddress.Format(null));
    }

    private static bool Fits(int size) => ZmtpAddress.TryParse("ipc://" + new string('a', size), out _, out _);
}
