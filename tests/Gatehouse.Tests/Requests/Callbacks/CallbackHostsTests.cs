using Gatehouse.Requests.Callbacks;

namespace Gatehouse.Tests.Requests.Callbacks;

public sealed class CallbackHostsTests
{
    private static readonly CallbackHosts Hosts = new(["localhost", "127.0.0.1", "::1", "hooks.lan:8443", "[fd00::1]:9000"]);

    [Theory]
    [InlineData("http://localhost/", true)]
    [InlineData("https://LOCALHOST:9000/a?b#c", true)]
    [InlineData("http://127.0.0.1:1/", true)]
    [InlineData("http://[::1]:9000/", true)]
    [InlineData("https://hooks.lan:8443/x", true)]
    [InlineData("https://hooks.lan/x", false)]
    [InlineData("http://[fd00::1]:9000/x", true)]
    [InlineData("http://[fd00::1]/x", false)]
    [InlineData("http://localhost.evil.example/", false)]
    [InlineData("http://127.0.0.2/", false)]
    [InlineData("http://2130706433/", true)] // another spelling of 127.0.0.1
    [InlineData("http://localhost@evil.example/", false)]
    [InlineData("http://user:secret@localhost/", false)]
    [InlineData("ftp://localhost/", false)]
    [InlineData("//localhost/", false)]
    [InlineData("localhost:9000", false)]
    [InlineData("http:///x", false)]
    [InlineData("", false)]
    public void Only_hosts_that_the_option_names_are_called(string address, bool isAllowed) =>
        Assert.Equal(isAllowed, Hosts.Refusal(address) is null);

    [Fact]
    public void A_very_long_address_is_refused() => Assert.NotNull(Hosts.Refusal("http://localhost/" + new string('x', 2048)));

    [Theory]
    [InlineData("hooks.lan", true)]
    [InlineData("hooks.lan:1", true)]
    [InlineData("::1", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::1]:80", true)]
    [InlineData("10.0.0.1:65535", true)]
    [InlineData("hooks.lan:65536", false)]
    [InlineData("hooks.lan:0", false)]
    [InlineData("http://hooks.lan", false)]
    [InlineData("a b", false)]
    [InlineData("*", false)]
    [InlineData("", false)]
    public void An_entry_of_the_option_is_a_host(string name, bool isOne) => Assert.Equal(isOne, CallbackHosts.IsEntry(name));
}
