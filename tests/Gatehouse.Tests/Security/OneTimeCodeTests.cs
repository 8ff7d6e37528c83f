using System.Net;
using Gatehouse.Security;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Security;

public sealed class OneTimeCodeTests
{
    private readonly ManualTime _time = new();
    private readonly OneTimeCodes _codes;

    public OneTimeCodeTests() => _codes = new OneTimeCodes(_time);

    [Fact]
    public void A_code_opens_once()
    {
        var code = _codes.Mint();
        Assert.False(_codes.TryUse(BitsOf(code) ^ 1));
        Assert.True(_codes.TryUse(BitsOf(code)));
        Assert.False(_codes.TryUse(BitsOf(code)));
    }

    [Fact]
    public async Task Of_many_that_use_it_at_once_one_succeeds()
    {
        var bits = BitsOf(_codes.Mint());
        var used = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => _codes.TryUse(bits))));
        Assert.Single(used, u => u);
    }

    [Fact]
    public void It_holds_ten_minutes_whatever_the_wall_clock_does_and_the_first_one_until_it_is_used()
    {
        var first = _codes.MintFirst();
        Assert.Null(first.Expires);
        var (soon, late) = (_codes.Mint(), _codes.Mint());
        Assert.Equal(_time.GetUtcNow().AddMinutes(10), soon.Expires);
        _time.StepWallClock(TimeSpan.FromDays(3));
        _time.Advance(OneTimeCodes.Lifetime - TimeSpan.FromSeconds(1));
        Assert.True(_codes.TryUse(BitsOf(soon)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_codes.TryUse(BitsOf(late)));
        _time.Advance(TimeSpan.FromDays(400));
        Assert.True(_codes.TryUse(BitsOf(first)));
    }

    [Fact]
    public void Of_too_many_the_oldest_goes_but_never_the_first()
    {
        var first = _codes.MintFirst();
        var minted = Enumerable.Range(0, OneTimeCodes.Most).Select(_ => _codes.Mint()).ToList();
        Assert.False(_codes.TryUse(BitsOf(minted[0])));
        Assert.All(minted.Skip(1), code => Assert.True(_codes.TryUse(BitsOf(code))));
        Assert.True(_codes.TryUse(BitsOf(first)));
    }

    [Fact]
    public void Tries_of_an_address_are_limited_and_come_back_with_time()
    {
        var tries = new CodeTries(_time);
        var address = IPAddress.Parse("192.168.1.7");
        for (var i = 0; i < CodeTries.Burst; i++) Assert.Null(tries.Begin(address));
        Assert.Equal(CodeTries.Period, tries.Begin(address));
        Assert.Null(tries.Begin(IPAddress.Parse("192.168.1.8")));
        Assert.Null(tries.Begin(null));
        _time.Advance(CodeTries.Period / 2);
        Assert.Equal(CodeTries.Period / 2, tries.Begin(IPAddress.Parse("::ffff:192.168.1.7")));
        _time.Advance(CodeTries.Period / 2);
        Assert.Null(tries.Begin(address));
        Assert.NotNull(tries.Begin(address));
    }

    [Fact]
    public void Success_costs_nothing()
    {
        var tries = new CodeTries(_time);
        var address = IPAddress.Parse("192.168.1.7");
        for (var i = 0; i < 10 * CodeTries.BurstOfAll; i++)
        {
            Assert.Null(tries.Begin(address));
            tries.Succeed(address);
        }
        Assert.Null(tries.Begin(address));
    }

    [Fact]
    public void A_network_full_of_addresses_has_one_limit_and_does_not_shut_out_this_machine()
    {
        var tries = new CodeTries(_time);
        var made = Enumerable.Range(0, 10_000).Count(i => tries.Begin(new IPAddress(0x0A000000L + i)) is null);
        Assert.Equal(CodeTries.BurstOfAll, made);
        Assert.Equal(CodeTries.PeriodOfAll, tries.Begin(IPAddress.Parse("10.9.9.9")));
        for (var i = 0; i < CodeTries.Burst; i++) Assert.Null(tries.Begin(null));
        Assert.Equal(CodeTries.Period, tries.Begin(null));
        Assert.InRange(tries.Addresses, 1, CodeTries.BurstOfAll + 1);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(tries.Begin(IPAddress.Parse("10.9.9.9")));
        Assert.Equal(1, tries.Addresses);
    }

    [Fact]
    public void All_addresses_of_a_home_are_one()
    {
        var tries = new CodeTries(_time);
        for (var i = 0; i < CodeTries.Burst; i++) Assert.Null(tries.Begin(IPAddress.Parse($"2001:db8:1:2::{i}")));
        Assert.NotNull(tries.Begin(IPAddress.Parse("2001:db8:1:2:ffff::1")));
        Assert.Null(tries.Begin(IPAddress.Parse("2001:db8:1:3::1")));
    }

    private static long BitsOf(OneTimeCode code)
    {
        Assert.True(CodeText.TryParse(code.Text, out var bits));
        return bits;
    }
}
