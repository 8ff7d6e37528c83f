using Gatehouse.Sdk;
using Gatehouse.Sdk.Titanic;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Titanic;

/// <summary>Requests that are kept, by way of a Titanic that fails as it is told; time is moved by hand.</summary>
public sealed class TitanicClientTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly FakeTitanic _titanic;
    private TitanicClient _client;

    public TitanicClientTests()
    {
        _titanic = new FakeTitanic(_time);
        _client = Client();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task A_request_is_kept_answered_and_closed()
    {
        var id = await _client.RequestAsync("echo", Frames.Of("a", "b"), stop: Stop);
        Assert.Equal(32, id.Length);
        Assert.Equal(TitanicState.Answered, await _client.StatusAsync(id, Stop));
        Assert.Equal("a|b", FakeTitanic.Text((await _client.ReplyAsync(id, Stop))!.Value));
        Assert.Equal("a|b", FakeTitanic.Text(await _client.WaitAsync(id, Stop)));
        await _client.CloseAsync(id, Stop);
        await _client.CloseAsync(id, Stop);
        Assert.Equal(TitanicState.Unknown, await _client.StatusAsync(id, Stop));
        Assert.Equal(id, (await Assert.ThrowsAsync<TitanicUnknownException>(() => _client.ReplyAsync(id, Stop))).Id);
        await Assert.ThrowsAsync<TitanicUnknownException>(() => _client.WaitAsync(id, Stop));
        Assert.Equal($"titanic.request.{id} echo|a|b", _titanic.Asked.First());
    }

    [Fact]
    public async Task What_is_not_answered_yet_is_null_and_pending()
    {
        _titanic.Work = _ => null;
        var id = await _client.RequestAsync("slow", stop: Stop);
        Assert.Equal(TitanicState.Pending, await _client.StatusAsync(id, Stop));
        Assert.Null(await _client.ReplyAsync(id, Stop));
    }

    [Fact]
    public async Task An_answer_without_frames_is_one()
    {
        _titanic.Work = _ => Frames.None;
        Assert.Equal(0, (await _client.CallAsync("echo", stop: Stop)).Count);
        Assert.Equal(0, _client.Unclosed);
    }

    [Fact]
    public async Task The_same_id_is_the_same_request_and_another_content_is_refused()
    {
        await _client.RequestAsync("echo", Frames.Of("a"), "order-7", Stop);
        Assert.Equal("order-7", await _client.RequestAsync("echo", Frames.Of("a"), "order-7", Stop));
        var refused = await Assert.ThrowsAsync<TitanicRefusedException>(
            () => _client.RequestAsync("echo", Frames.Of("b"), "order-7", Stop));
        Assert.Equal("order-7", refused.Id);
        Assert.Contains("another content", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, _titanic.Stores["order-7"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a..b")]
    [InlineData("ä")]
    [InlineData("a\0")]
    [InlineData("long")]
    public async Task What_is_no_id_is_refused_before_anything_is_sent(string id)
    {
        if (id == "long") id = new string('x', 129);
        await Assert.ThrowsAsync<ArgumentException>(() => _client.RequestAsync("echo", default, id, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.ReplyAsync(id, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.CloseAsync(id, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.WaitAsync(id, Stop));
        Assert.Throws<ArgumentException>(() => _client.Send("echo", default, _ => { }, id));
        Assert.Empty(_titanic.Asked);
    }

    [Theory]
    [InlineData(nameof(FakeFault.Unreachable))]
    [InlineData(nameof(FakeFault.Lost))]
    [InlineData(nameof(FakeFault.Late))]
    [InlineData(nameof(FakeFault.Nobody))]
    [InlineData(nameof(FakeFault.Full))]
    [InlineData(nameof(FakeFault.Garbage))]
    public async Task Every_trouble_is_waited_out_and_makes_no_second_request(string fault)
    {
        var times = 0;
        _titanic.Fault = _ => times++ % 5 < 4 ? Enum.Parse<FakeFault>(fault) : FakeFault.None;
        Assert.Equal("x", FakeTitanic.Text(await _time.RunUntilAsync(_client.CallAsync("echo", Frames.Of("x"), stop: Stop))));
        Assert.Equal(1, Assert.Single(_titanic.Stores).Value);
        Assert.Empty(_titanic.Ids);
    }

    [Fact]
    public async Task Patience_ends_and_says_why()
    {
        _titanic.Fault = _ => FakeFault.Nobody;
        var failed = await Assert.ThrowsAsync<TitanicUnavailableException>(
            () => _time.RunUntilAsync(_client.RequestAsync("echo", default, "mine", Stop)));
        Assert.Equal("mine", failed.Id);
        Assert.Contains("nobody serves titanic.request.mine", failed.Message, StringComparison.Ordinal);
        var end = Assert.ThrowsAsync<TitanicUnavailableException>(() => _client.CloseAsync("mine", Stop));
        await _time.RunUntilAsync(end);
        _titanic.Fault = _ => FakeFault.Full;
        await Assert.ThrowsAsync<TitanicUnavailableException>(() => _client.StatusAsync("mine", Stop));
        _titanic.Fault = _ => FakeFault.Lost;
        await Assert.ThrowsAsync<MdpConnectionLostException>(() => _client.ReplyAsync("mine", Stop));
    }

    [Fact]
    public async Task A_server_that_waits_is_asked_again_at_once_and_one_that_does_not_after_a_pause()
    {
        Frames? answer = null;
        _titanic.Work = _ => answer;
        _titanic.Waits = true;
        var id = await _client.RequestAsync("slow", stop: Stop);
        var wait = _client.WaitAsync(id, Stop);
        for (var i = 0; i < 3; i++)
        {
            await UntilAsync(() => _time.Waiting == 1);
            _time.Advance(TimeSpan.FromSeconds(20));
        }
        await UntilAsync(() => _titanic.Asked.Count == 5);
        Assert.Equal($"titanic.reply {id}|20000", _titanic.Asked.Last());
        _titanic.Waits = false;
        _time.Advance(TimeSpan.FromSeconds(20));
        // From now on it says 300 at once.
        await UntilAsync(() => _titanic.Asked.Count == 6 && _time.Waiting == 1);
        _time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.Equal((6, 1), (_titanic.Asked.Count, _time.Waiting));
        answer = Frames.Of("done");
        Assert.Equal("done", FakeTitanic.Text(await _time.RunUntilAsync(wait)));
    }

    [Fact]
    public async Task Of_many_waits_some_leave_the_server_waiting_and_the_others_pause()
    {
        _client = Client(new() { Mdp = new() { Lanes = 4 } });
        var isDone = false;
        _titanic.Work = _ => isDone ? Frames.Of("done") : null;
        _titanic.Waits = true;
        var waits = new List<Task<Frames>>();
        for (var i = 0; i < 6; i++) waits.Add(_client.WaitAsync(await _client.RequestAsync("slow", stop: Stop), Stop));
        await UntilAsync(() => _time.Waiting == 6);
        Assert.Equal(2, _titanic.Asked.Count(a => a.EndsWith("|20000", StringComparison.Ordinal)));
        isDone = true;
        Assert.All(await _time.RunUntilAsync(Task.WhenAll(waits)), f => Assert.Equal("done", f.Text(0)));
    }

    [Fact]
    public async Task A_titanic_that_makes_the_ids_is_asked_once()
    {
        await _client.DisposeAsync();
        _client = Client(new() { TakesIds = false });
        var id = await _client.RequestAsync("echo", stop: Stop);
        Assert.Equal("titanic.request echo|", _titanic.Asked.First());
        Assert.Equal("", FakeTitanic.Text(await _client.WaitAsync(id, Stop)));
        Assert.Equal($"titanic.reply {id}", _titanic.Asked.Last());
        await Assert.ThrowsAsync<NotSupportedException>(() => _client.RequestAsync("echo", default, "mine", Stop));
        _titanic.Fault = _ => FakeFault.Lost;
        var lost = await Assert.ThrowsAsync<TitanicUnavailableException>(() => _client.RequestAsync("echo", stop: Stop));
        Assert.Null(lost.Id);
        // What cannot have arrived is sent again.
        var times = 0;
        _titanic.Fault = _ => (FakeFault)(times++ switch { 0 => (int)FakeFault.Unreachable, 1 => (int)FakeFault.Full, _ => 0 });
        Assert.Equal("x", FakeTitanic.Text(await _time.RunUntilAsync(_client.CallAsync("echo", Frames.Of("x"), stop: Stop))));
    }

    [Fact]
    public async Task Callbacks_are_told_once_each_and_their_failures_harm_nobody()
    {
        var (told, failures) = (new List<TitanicResult>(), new List<Exception>());
        var done = new TaskCompletionSource<bool>();
        _client.Failed += failures.Add;
        _titanic.Work = frames => frames.Text(0) == "never" ? null : frames;
        for (var i = 0; i < 20; i++)
        {
            var id = $"id-{i}";
            Assert.Equal(id, _client.Send("echo", Frames.Of($"{i}"), Tell, id));
        }
        Assert.True(await _time.RunUntilAsync(done.Task));
        var wanted = Enumerable.Range(0, 20).Select(i => (Id: $"id-{i}", Text: $"{i}")).Order();
        Assert.Equal(wanted, told.Select(t => (t.Id, t.Frames.Text(0))).Order());
        Assert.All(told, t => Assert.True(t.IsOk));
        var made = _client.Send("echo", Frames.Of("never"), Tell);
        Assert.Equal(32, made.Length);
        await UntilAsync(() => _client.Pending == 1);
        await _client.DisposeAsync();
        Assert.Equal((21, 0, 1), (told.Count, _client.Pending, failures.Count));
        Assert.Equal(made, Assert.IsType<TitanicUnavailableException>(told[^1].Error).Id);
        Assert.Throws<ObjectDisposedException>(() => _client.Send("echo", default, Tell));

        void Tell(TitanicResult result)
        {
            told.Add(result);
            if (told.Count == 20) done.SetResult(true);
            if (result.Id == "id-7") throw new InvalidOperationException("mine");
        }
    }

    [Fact]
    public async Task A_callback_is_told_of_errors_and_of_an_id_that_the_server_made()
    {
        await _client.DisposeAsync();
        _client = Client(new() { TakesIds = false });
        var done = new TaskCompletionSource<TitanicResult>();
        Assert.Equal("", _client.Send("echo", Frames.Of("x"), done.SetResult));
        var id = (await _time.RunUntilAsync(done.Task)).Id;
        Assert.Equal(Assert.Single(_titanic.Stores).Key, id);
        done = new();
        _titanic.Work = _ => null;
        _client.Send("echo", Frames.Of("y"), done.SetResult);
        await UntilAsync(() => _titanic.Asked.Any(a => a.StartsWith("titanic.reply", StringComparison.Ordinal)) && _titanic.Ids.Count == 1);
        _titanic.Forget();
        Assert.IsType<TitanicUnknownException>((await _time.RunUntilAsync(done.Task)).Error);
    }

    [Fact]
    public async Task An_answer_whose_request_cannot_be_closed_is_still_the_answer()
    {
        _titanic.Fault = service => service == "titanic.close" ? FakeFault.Full : FakeFault.None;
        Assert.Equal("x", FakeTitanic.Text(await _time.RunUntilAsync(_client.CallAsync("echo", Frames.Of("x"), stop: Stop))));
        Assert.Equal(1, _client.Unclosed);
    }

    /// <summary>Whatever fails on the way, in whatever order: each call is one request, and ends with its own answer.</summary>
    [Fact]
    public async Task Calls_through_random_troubles_are_each_kept_once_and_answered_right()
    {
        var random = new Random(Environment.TickCount);
        var gate = new Lock();
        _titanic.Fault = _ =>
        {
            lock (gate) return random.Next(2) == 0 ? FakeFault.None : (FakeFault)random.Next(1, 7);
        };
        _titanic.Work = frames =>
        {
            lock (gate) return random.Next(3) == 0 ? frames : null;
        };
        var calls = Enumerable.Range(0, 200).Select(i => _client.CallAsync("echo", Frames.Of($"{i}"), $"call-{i}", Stop)).ToArray();
        var answers = await _time.RunUntilAsync(Task.WhenAll(calls));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), answers.Select(a => a.Text(0)));
        Assert.Equal((200, 200), (_titanic.Stores.Count, _titanic.Stores.Values.Sum()));
        Assert.Equal(_client.Unclosed, _titanic.Ids.Count);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested);
            await Task.Yield();
        }
    }

    private TitanicClient Client(TitanicClientOptions? options = null) =>
        new(_titanic, (options ?? new()) with { Time = _time, Random = static () => 0 });
}
