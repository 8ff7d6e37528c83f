using System.Text;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Titanic;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Titanic;

/// <summary>The store's client: what it asks, and what it makes of each row of the answers.</summary>
public sealed class TitanicStoreTests : ITitanicExchange
{
    private readonly TitanicStore _store;
    private string _asked = "";
    private string _answer = "";

    public TitanicStoreTests() => _store = new TitanicStore(this);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    Task<MdpResult> ITitanicExchange.TryCallAsync(string service, Frames frames, TimeSpan more, CancellationToken stop)
    {
        Assert.Equal("titanic.store", service);
        _asked = FakeTitanic.Text(frames);
        return Task.FromResult(
            _answer == "lost" ? new MdpResult(MdpOutcome.ConnectionLost, "It broke.") : new MdpResult(Frames.Of(_answer.Split('|'))));
    }

    [Fact]
    public async Task A_value_is_got()
    {
        _answer = "S|sec|key|value|200";
        Assert.Equal("value", await _store.GetTextAsync("S", "sec", "key", Stop));
        Assert.Equal("get|S|sec|key", _asked);
        _answer = "S|sec|key||200";
        Assert.Equal("", await _store.GetTextAsync("S", "sec", "key", Stop));
        _answer = "S|sec|key|404";
        Assert.Null(await _store.GetTextAsync("S", "sec", "key", Stop));
        Assert.Null(await _store.GetAsync("S", "sec", "key", Stop));
    }

    [Fact]
    public async Task A_value_is_set_and_deleted()
    {
        _answer = "S|sec|key|200";
        await _store.SetAsync("S", "sec", "key", "value", Stop);
        Assert.Equal("set|S|sec|key|value", _asked);
        await _store.DeleteAsync("S", "sec", "key", Stop);
        Assert.Equal("delete|S|sec|key", _asked);
        _answer = "S|sec|500";
        await _store.DeleteAsync("S", "sec", "key", Stop);
        _answer = "S|sec|200";
        await _store.DeleteAsync("S", "sec", stop: Stop);
        Assert.Equal("delete|S|sec", _asked);
        _answer = "S|200";
        await _store.DeleteAsync("S", stop: Stop);
        Assert.Equal("delete|S", _asked);
        await Assert.ThrowsAsync<ArgumentException>(() => _store.DeleteAsync("S", null, "key", Stop));
    }

    [Fact]
    public async Task Names_are_listed()
    {
        _answer = "S|a%7Cb%25/c|200".Replace('/', '|');
        await Assert.ThrowsAsync<TitanicStoreException>(() => _store.ListAsync("S", stop: Stop));
        _answer = "S|a%7Cb%25|200";
        Assert.Equal(["a|b%"], await _store.ListAsync("S", stop: Stop));
        Assert.Equal("list|S", _asked);
        _answer = "S|sec||200";
        Assert.Empty(await _store.ListAsync("S", "sec", Stop));
        Assert.Equal("list|S|sec", _asked);
        _answer = "S|sec|404";
        Assert.Empty(await _store.ListAsync("S", "sec", Stop));
    }

    [Fact]
    public async Task A_value_is_set_only_if_it_is_as_expected()
    {
        _answer = "S|sec|key|200";
        Assert.True(await _store.CompareAndSetAsync("S", "sec", "key", "old"u8.ToArray(), "new"u8.ToArray(), Stop));
        Assert.Equal("cas|S|sec|key|old|new", _asked);
        _answer = "S|sec|key|409";
        Assert.False(await _store.CompareAndSetAsync("S", "sec", "key", null, "new"u8.ToArray(), Stop));
        Assert.Equal("cas|S|sec|key|new", _asked);
    }

    [Theory]
    [InlineData("404", 404)]
    [InlineData("500", 500)]
    [InlineData("501", 501)]
    [InlineData("200", 200)]
    [InlineData("hello", 0)]
    public async Task What_was_not_done_is_told(string answer, int status)
    {
        _answer = answer;
        Assert.Equal(status, (await Assert.ThrowsAsync<TitanicStoreException>(() => _store.GetAsync("S", "a", "k", Stop))).Status);
        Assert.Equal(status, (await Assert.ThrowsAsync<TitanicStoreException>(() => _store.ListAsync("S", "a", Stop))).Status);
        if (status == 200) return;
        Assert.Equal(status, (await Assert.ThrowsAsync<TitanicStoreException>(() => _store.SetAsync("S", "a", "k", "v", Stop))).Status);
        Assert.Equal(status, (await Assert.ThrowsAsync<TitanicStoreException>(() => _store.DeleteAsync("S", "a", "k", Stop))).Status);
        var cas = await Assert.ThrowsAsync<TitanicStoreException>(() => _store.CompareAndSetAsync("S", "a", "k", null, default, Stop));
        Assert.Equal(status, cas.Status);
    }

    [Fact]
    public async Task No_reply_is_the_brokers_error()
    {
        _answer = "lost";
        await Assert.ThrowsAsync<MdpConnectionLostException>(() => _store.GetAsync("S", "a", "k", Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("../x")]
    public async Task What_is_no_name_is_refused_before_anything_is_sent(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _store.GetAsync(name, "a", "k", Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.SetAsync("S", name, "k", Encoding.UTF8.GetBytes("v"), Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.DeleteAsync("S", "a", name, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.ListAsync(new string('ä', 128), null, Stop));
        Assert.Equal("", _asked);
    }
}
