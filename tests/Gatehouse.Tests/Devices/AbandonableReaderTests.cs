using Gatehouse.Devices;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Devices;

public sealed class AbandonableReaderTests : IDisposable
{
    private readonly LogLines<HungReads> _log = new();
    private readonly HungReads _hung;
    private readonly List<Probe> _probes = [];
    private readonly string _owner = $"t{Guid.NewGuid():N}"[..8];
    private readonly AbandonableReader _reader;

    public AbandonableReaderTests()
    {
        _hung = new HungReads("lab", _log);
        _reader = Reader();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task All_reads_of_a_round_publish_on_one_thread_that_is_not_of_the_pool()
    {
        Probe[] probes = [Add("a"), Add("b")];
        await _reader.ReadAsync(probes, Stop);
        await _reader.ReadAsync(probes, Stop);
        Assert.All(probes, p => Assert.Equal((2, 2), (p.Reads, p.Published)));
        Assert.Single(probes.Select(p => p.Thread).Distinct());
        Assert.False(probes[0].Thread!.IsThreadPoolThread);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_hung_read_is_left_behind_and_the_others_go_on()
    {
        var (hung, well) = (Add("hung"), Add("well"));
        hung.Hang();
        for (var i = 1; i <= 3; i++)
        {
            await _reader.ReadAsync([hung, well], Stop);
            Assert.Equal(i, well.Published);
        }
        Assert.Equal((1, 0, 1), (hung.Reads, hung.Published, _hung.Count));
        Assert.Equal(1, _log.Count(4011));
        Assert.Equal(2, Threads());
    }

    [Fact(Timeout = 20_000)]
    public async Task A_read_that_comes_back_publishes_and_is_read_again()
    {
        var read = Add("slow");
        read.Hang();
        await _reader.ReadAsync([read], Stop);
        await _reader.ReadAsync([read], Stop);
        read.GoOn();
        await read.PublishedAsync(1);
        Assert.Equal((0, 1L, 1), (_hung.Count, _hung.Abandoned, _log.Count(4013)));
        await _reader.ReadAsync([read], Stop);
        Assert.Equal(2, read.Published);
    }

    [Fact(Timeout = 20_000)]
    public async Task With_more_than_two_hung_their_families_are_read_no_more_and_others_are()
    {
        Probe[] disks = [.. Enumerable.Range(0, 6).Select(i => Add($"disk{i}", "disks"))];
        var other = Add("other");
        foreach (var disk in disks) disk.Hang();
        for (var i = 0; i < 4; i++) await _reader.ReadAsync([.. disks, other], Stop);
        Assert.Equal(3, _hung.Count);
        for (var i = 0; i < 3; i++) await _reader.ReadAsync([.. disks, other], Stop);
        Assert.Equal((3, 7), (disks.Sum(d => d.Reads), other.Published));
        Assert.Equal(4, Threads());
        Assert.Contains("disks", Assert.Single(_log.Lines, l => l.Id == 4012).Text, StringComparison.Ordinal);

        disks[0].GoOn();
        await disks[0].PublishedAsync(1);
        await _reader.ReadAsync(disks, Stop);
        Assert.Equal(2, disks[0].Reads);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_read_that_is_only_slow_is_not_counted()
    {
        var read = Add("slow");
        read.Hang();
        using var patient = new AbandonableReader(_owner, _hung, TimeProvider.System, TimeSpan.FromMinutes(1));
        await patient.ReadAsync([read], Stop);
        await patient.ReadAsync([read], Stop);
        Assert.Equal((1, 0), (read.Reads, _hung.Count));
        read.GoOn();
        await read.PublishedAsync(1);
        Assert.Equal((0L, 0), (_hung.Abandoned, _log.Lines.Count));
    }

    [Fact(Timeout = 20_000)]
    public async Task What_a_read_dies_of_reaches_the_driver()
    {
        var (broken, well) = (Add("broken"), Add("well"));
        broken.Failure = new InvalidOperationException("broken");
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => _reader.ReadAsync([broken, well], Stop));
        Assert.Equal("broken", failure.Message);
        Assert.Equal((0, 1), (broken.Published, well.Published));
        broken.Failure = null;
        await _reader.ReadAsync([broken], Stop);
        Assert.Equal(1, broken.Published);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_read_whose_run_has_ended_does_not_publish_and_is_not_started_by_the_next_run_before_it_is_back()
    {
        var old = Add("bus");
        old.Hang();
        await _reader.ReadAsync([old], Stop);
        old.End(_hung);
        Assert.Equal((1, true, false), (_hung.Count, old.HasLeft, old.IsClosed));

        var next = Add("bus");
        using var reader = Reader();
        await reader.ReadAsync([next], Stop);
        Assert.Equal(0, next.Reads);

        old.GoOn();
        await old.ClosedAsync();
        await reader.ReadAsync([next], Stop);
        Assert.Equal((0, 1), (old.Published, next.Published));
    }

    [Fact(Timeout = 20_000)]
    public async Task Ending_closes_at_once_what_is_not_being_read()
    {
        var read = Add("a");
        await _reader.ReadAsync([read], Stop);
        read.End(_hung);
        Assert.Equal((true, true, 0), (read.HasLeft, read.IsClosed, _hung.Count));
        await _reader.ReadAsync([read], Stop);
        Assert.Equal(1, read.Reads);
    }

    [Fact(Timeout = 20_000)]
    public async Task Stopping_does_not_wait_for_a_hung_read()
    {
        var read = Add("hung");
        read.Hang();
        using var stopping = new CancellationTokenSource();
        var round = _reader.ReadAsync([read], stopping.Token);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => round);
    }

    public void Dispose()
    {
        foreach (var probe in _probes) probe.GoOn();
        _reader.Dispose();
    }

    private AbandonableReader Reader() => new(_owner, _hung, TimeProvider.System, TimeSpan.FromMilliseconds(100));

    private Probe Add(string name, string? family = null)
    {
        _probes.Add(new Probe(name, family));
        return _probes[^1];
    }

    private int Threads() => NamedThreads.Count(_owner);

    private sealed class Probe(string name, string? family) : AbandonableRead(name, family)
    {
        private readonly ManualResetEventSlim _going = new(true);
        private readonly SemaphoreSlim _published = new(0);
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public int Published { get; private set; }

        public bool HasLeft { get; private set; }

        public bool IsClosed => _closed.Task.IsCompleted;

        public Thread? Thread { get; private set; }

        public Exception? Failure { get; set; }

        public void Hang() => _going.Reset();

        public void GoOn() => _going.Set();

        // Published is counted under the read's state, which TakeFailure waits for: after it the read is idle.
        public async Task PublishedAsync(int count)
        {
            while (Published < count) await _published.WaitAsync(Stop);
            Assert.Null(TakeFailure());
        }

        public async Task ClosedAsync() => await _closed.Task.WaitAsync(Stop);

        protected override void Read()
        {
            Thread = Thread.CurrentThread;
            Interlocked.Increment(ref _reads);
            _going.Wait(Stop);
            if (Failure is { } failure) throw failure;
        }

        protected override void Publish()
        {
            Published++;
            _published.Release();
        }

        protected override void Leave() => HasLeft = true;

        protected override void Close() => _closed.TrySetResult();
    }
}
