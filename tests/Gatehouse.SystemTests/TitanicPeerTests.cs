using System.Globalization;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Titanic;
using Gatehouse.Sdk.Values;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>Our client at a Titanic that is not ours: on libzmq, killed and started again, mute, full, forgetful.</summary>
public sealed class TitanicPeerTests : IAsyncLifetime
{
    private readonly string _address = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{HubRunner.FreePort()}");
    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse-titanic-").FullName;
    private readonly CancellationTokenSource _stopWorker = new();
    private ChildProcess? _titanic;
    private Task _worker = Task.CompletedTask;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "requests");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stopWorker.CancelAsync();
        await _worker;
        _stopWorker.Dispose();
        if (_titanic is not null) await _titanic.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Calls_are_answered_through_kills_lost_acknowledgements_and_full_disks()
    {
        string[] faults = ["--patient", "--fail", "7", "--mute", "5", "--double", "3"];
        await StartAsync(faults);
        Serve();
        await using var client = Client(TimeSpan.FromSeconds(2));
        var calls = Enumerable.Range(0, 120).Select(i => client.CallAsync("echo", Frames.Of($"{i}"), $"call-{i}", Stop)).ToArray();
        var stored = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            await _titanic!.OutputLineAsync(line => line.StartsWith("STORED ", StringComparison.Ordinal) || calls.All(c => c.IsCompleted));
            await _titanic.KillAsync();
            stored.AddRange(_titanic.Output.Split('\n').Where(l => l.StartsWith("STORED ", StringComparison.Ordinal)));
            await StartAsync(faults);
            if (calls.All(c => c.IsCompleted)) break;
        }
        var answers = await Task.WhenAll(calls).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, Stop);
        Assert.Equal(Enumerable.Range(0, 120).Select(i => $"{i}"), answers.Select(a => a.Text(0)));
        stored.AddRange(_titanic!.Output.Split('\n').Where(l => l.StartsWith("STORED ", StringComparison.Ordinal)));
        // One that was killed may have stored and not yet said so; nothing is ever stored twice.
        Assert.Equal(stored.Count, stored.Distinct().Count());
        Assert.InRange(stored.Count, 100, 120);
    }

    [Fact]
    public async Task An_answer_is_awaited_by_the_next_run_of_a_client()
    {
        await StartAsync("--patient");
        string id;
        await using (var client = Client())
        {
            id = await client.RequestAsync("echo", Frames.Of("a", "", "b"), "order-7", Stop);
            Assert.Equal(TitanicState.Pending, await client.StatusAsync(id, Stop));
            Assert.Null(await client.ReplyAsync(id, Stop));
        }
        await _titanic!.KillAsync();
        await StartAsync("--patient");
        await using var next = Client();
        var waiting = next.WaitAsync(id, Stop);
        Serve();
        var answer = await waiting.WaitAsync(ChildProcess.Patience, TimeProvider.System, Stop);
        Assert.Equal((3, "a", "", "b"), (answer.Count, answer.Text(0), answer.Text(1), answer.Text(2)));
        Assert.Equal(TitanicState.Answered, await next.StatusAsync(id, Stop));
        await next.CloseAsync(id, Stop);
        Assert.Equal(TitanicState.Unknown, await next.StatusAsync(id, Stop));
    }

    [Fact]
    public async Task A_titanic_that_forgot_is_told_of()
    {
        await StartAsync();
        await using var client = Client();
        var ended = new TaskCompletionSource<TitanicResult>();
        var id = client.Send("nobody", Frames.Of("x"), ended.SetResult);
        await _titanic!.OutputLineAsync(line => line == $"STORED {id}");
        await _titanic.KillAsync();
        File.Delete(Data);
        await StartAsync();
        var result = await ended.Task.WaitAsync(ChildProcess.Patience, TimeProvider.System, Stop);
        // Its acknowledgement may have been lost with it: then it was stored again, which is as good.
        if (result.Error is not TitanicUnknownException unknown) Assert.Fail($"{result.Error}");
        else Assert.Equal(id, unknown.Id);
    }

    [Fact]
    public async Task One_that_knows_RFC_9_and_no_more_is_asked_as_it_wants()
    {
        await StartAsync("--foreign", "--fail", "3");
        Serve();
        await using var client = Client(options: new() { TakesIds = false });
        for (var i = 0; i < 5; i++) Assert.Equal($"{i}", (await client.CallAsync("echo", Frames.Of($"{i}"), stop: Stop)).Text(0));
        var told = new TaskCompletionSource<TitanicResult>();
        Assert.Equal("", client.Send("echo", Frames.None, told.SetResult));
        var result = await told.Task.WaitAsync(ChildProcess.Patience, TimeProvider.System, Stop);
        Assert.Equal((32, 1, ""), (result.Id.Length, result.Frames.Count, result.Frames.Text(0)));
        Assert.DoesNotContain("Error", _titanic!.Error, StringComparison.Ordinal);
    }

    private TitanicClient Client(TimeSpan? deadline = null, TitanicClientOptions? options = null) => new(_address, (options ?? new()) with
    {
        Mdp = new() { Deadline = deadline ?? TimeSpan.FromSeconds(15) },
        LongPoll = TimeSpan.FromSeconds(1),
        LongestPause = TimeSpan.FromMilliseconds(500),
    });

    private async Task StartAsync(params string[] options)
    {
        if (_titanic is not null) await _titanic.DisposeAsync();
        _titanic = Peers.Start("titanic_broker.py", [_address, Data, .. options]);
        await _titanic.OutputLineAsync(line => line == "READY");
    }

    private void Serve() =>
        _worker = new MdpWorker(_address, "echo", (request, _) => new(request.Frames), new() { Concurrency = 4 })
            .RunAsync(_stopWorker.Token);
}
