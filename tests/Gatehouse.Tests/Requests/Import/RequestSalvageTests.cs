using System.Buffers;
using Gatehouse.Requests;
using Gatehouse.Requests.Import;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Requests.Import;

public sealed class RequestSalvageTests : IDisposable
{
    private const int PageSize = 4096;

    private readonly HubFile _file = new();
    private readonly Dictionary<string, StoredRequest> _model = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Of_a_sound_file_every_request_comes_back_as_it_was()
    {
        await FillAsync(1, 60);
        using var salvage = RequestSalvage.Open(_file.Path); // the log has what the file has not yet
        Compare(salvage.Read().ToList());
        Assert.Equal((0L, 0L, false), (salvage.Unreadable, salvage.LostAnswers, salvage.IsEmpty));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Damaged_pages_cost_the_requests_on_them_and_nothing_comes_back_wrong(int seed)
    {
        await FillAsync(seed, 150);
        byte[] good = [];
        _file.Reopen(path => good = File.ReadAllBytes(path));
        var copy = _file.Path + ".copy";
        var random = new Random(seed);
        var lossTold = 0;
        for (var round = 0; round < 60; round++)
        {
            var bytes = good.ToArray();
            for (var pages = random.Next(1, 4); pages > 0; pages--)
            {
                var page = bytes.AsSpan(random.Next(bytes.Length / PageSize) * PageSize, PageSize);
                if (random.Next(3) == 0) page.Clear();
                else if (random.Next(2) == 0) random.NextBytes(page);
                else page[random.Next(PageSize)] ^= 0x55;
            }
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            await File.WriteAllBytesAsync(copy, bytes, Stop);
            using var salvage = RequestSalvage.Open(copy);
            var read = salvage.Read().ToList();
            Assert.Equal(read.Count, read.DistinctBy(r => r.Id).Count());
            Assert.All(read, r => Assert.True(RequestId.IsValid(r.Id)));
            if (salvage.Unreadable + salvage.LostAnswers > 0) lossTold++;
        }
        Assert.InRange(lossTold, 10, 60);
    }

    [Fact]
    public async Task Pages_that_were_lost_whole_cost_no_request_of_another_page()
    {
        await FillAsync(7, 150);
        byte[] good = [];
        _file.Reopen(path => good = File.ReadAllBytes(path));
        var copy = _file.Path + ".copy";
        var lost = 0;
        for (var page = 0; page < good.Length / PageSize; page++)
        {
            var bytes = good.ToArray();
            bytes.AsSpan(page * PageSize, PageSize).Clear();
            await File.WriteAllBytesAsync(copy, bytes, Stop);
            using var salvage = RequestSalvage.Open(copy);
            var read = salvage.Read().ToList();
            // What was answered may now look as if it were not, when the row that says so is gone; all else is as it was.
            foreach (var request in read)
            {
                var was = _model[request.Id];
                Assert.Equal((was.Service, Show(was.Frames)), (request.Service, Show(request.Frames)));
                if (request.State == RequestState.Pending) continue;
                Assert.Equal((was.State, Show(was.Answer)), (request.State, Show(request.Answer)));
            }
            Assert.InRange(_model.Count - read.Count, 0, 100);
            lost += _model.Count - read.Count;
        }
        Assert.InRange(lost, 100, 600);
    }

    [Fact]
    public void What_holds_no_requests_is_told_apart()
    {
        var path = _file.Path + ".other";
        File.WriteAllBytes(path, [.. "SQLite format 3\0"u8, .. new byte[10_000]]);
        using var salvage = RequestSalvage.Open(path);
        Assert.True(salvage.IsEmpty);
        Assert.Throws<FileNotFoundException>(() => RequestSalvage.Open(path + "no"));
    }

    [Fact]
    public async Task A_line_is_read_as_it_was_written()
    {
        await FillAsync(3, 40);
        using var salvage = RequestSalvage.Open(_file.Path);
        foreach (var request in salvage.Read())
        {
            var line = new ArrayBufferWriter<byte>();
            RequestLine.Write(line, request);
            Assert.Equal((byte)'\n', line.WrittenSpan[^1]);
            Assert.True(RequestLine.TryRead(line.WrittenSpan[..^1], out var read, out var reason), reason);
            Assert.Equal(Show(request.Frames) + Show(request.Answer), Show(read.Frames) + Show(read.Answer));
            Assert.Equal(request with { Frames = read.Frames, Answer = read.Answer }, read);
        }
    }

    // Requests of all kinds, some of them closed again.
    private async Task FillAsync(int seed, int count)
    {
        var random = new Random(seed);
        var services = new ServiceDirectory(TimeProvider.System, AllowAll.Instance);
        services.Offer(ServiceName.Parse("echo"), new InlineOwner("t", call => Reply.Ok(call.Frames)), new ServiceInfo { Summary = "s" });
        services.Offer(ServiceName.Parse("fail"), new InlineOwner("t", _ => Reply.Forbidden("fail")), new ServiceInfo { Summary = "s" });
        using var queue = new RequestQueue(
            _file.Database, services, new RequestOptions(), TimeProvider.System, NullLogger<RequestQueue>.Instance);
        await queue.Dispatcher.StartAsync(Stop);
        for (var i = 0; i < count; i++)
        {
            var service = random.Next(4) switch { 0 => "fail", 1 => "nobody", _ => "echo" };
            var frames = new List<byte[]>();
            for (var f = random.Next(4); f > 0; f--)
            {
                var frame = new byte[random.Next(12) == 0 ? random.Next(20_000) : random.Next(300)];
                random.NextBytes(frame);
                frames.Add(frame);
            }
            var accepted = await queue.AcceptAsync(
                new NewRequest(random.Next(2) == 0 ? $"own-{i}" : null, service, Frames.Of(frames), $"peer {i}"), Stop);
            Assert.True(accepted.IsKept);
            if (service != "nobody") await queue.WaitAsync(accepted.Id, TimeSpan.FromSeconds(30), Stop);
            if (random.Next(10) == 0) await queue.CloseAsync(accepted.Id, Stop);
            else _model[accepted.Id] = queue.Find(accepted.Id)!;
        }
    }

    private void Compare(IReadOnlyList<ImportedRequest> read)
    {
        Assert.Equal(_model.Keys.Order(), read.Select(r => r.Id).Order());
        foreach (var request in read)
        {
            var was = _model[request.Id];
            Assert.Equal(
                (was.Service, was.State, was.Accepted, was.Ended, was.Peer, was.Callback, Show(was.Frames), Show(was.Answer)),
                (request.Service, request.State, request.Accepted, request.Ended, request.Peer, request.Callback, Show(request.Frames),
                    Show(request.Answer)));
            if (was.State == RequestState.Pending) Assert.True(request.Attempts > was.Attempts || request.Attempts == 1);
            else Assert.Equal((was.Attempts, was.Reason), (request.Attempts, request.Reason));
        }
    }

    private static string Show(Frames frames) =>
        string.Join(' ', Enumerable.Range(0, frames.Count).Select(i => "[" + Convert.ToHexString(frames[i].Span) + "]"));
}
