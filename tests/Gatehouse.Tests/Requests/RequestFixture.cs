using System.Collections.Concurrent;
using System.Threading.Channels;
using Gatehouse.Requests;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Storage;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Requests;

/// <summary>A queue on a file of its own, with targets that a test answers for.</summary>
internal sealed class RequestFixture : IAsyncDisposable
{
    private readonly HubFile _file = new();
    private readonly RequestOptions _options;

    public RequestFixture(RequestOptions? options = null)
    {
        _options = options ?? new RequestOptions();
        Services = new ServiceDirectory(Time, AllowAll.Instance);
        Queue = New();
    }

    public ManualTime Time { get; } = new();

    public LogLines<RequestQueue> Log { get; } = new();

    public LogLines<RequestExpiry> ExpiryLog { get; } = new();

    public ServiceDirectory Services { get; private set; }

    public RequestQueue Queue { get; private set; }

    public HubDatabase Database => _file.Database;

    public RequestExpiry Expiry => new(Database, Queue, _options, Time, ExpiryLog);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<RequestFixture> StartAsync(RequestOptions? options = null)
    {
        var fixture = new RequestFixture(options);
        await fixture.Queue.Dispatcher.StartAsync(Stop);
        return fixture;
    }

    /// <summary>What a restart of the hub does; nobody offers anything afterwards.</summary>
    public async Task RestartAsync(Action<string>? between = null)
    {
        Queue.Dispose();
        _file.Reopen(between);
        Services = new ServiceDirectory(Time, AllowAll.Instance);
        Queue = New();
        await Queue.Dispatcher.StartAsync(Stop);
    }

    /// <summary>Accepts a request that makes sense; its id.</summary>
    public async Task<string> AcceptAsync(string service, params string[] frames)
    {
        var told = await Queue.AcceptAsync(new NewRequest(null, service, Frames.Of(frames), "test"), Stop);
        Assert.Equal((AcceptStatus.Accepted, null), (told.Status, told.Reason));
        return told.Id;
    }

    public Target Offer(string service)
    {
        var target = new Target();
        target.Withdrawal = Services.Offer(ServiceName.Parse(service), target, new ServiceInfo { Summary = "A target." });
        return target;
    }

    /// <summary>The request once it is pending no longer.</summary>
    public async Task<StoredRequest> EndAsync(string id)
    {
        var found = await Queue.WaitAsync(id, TimeSpan.FromDays(10), Stop);
        Assert.NotNull(found);
        Assert.NotEqual(RequestState.Pending, found.State);
        return found;
    }

    /// <summary>Lets the disk take no more than it has, or with null whatever comes.</summary>
    public Task LimitAsync(bool isFull) => Database.WriteAsync(
        session =>
        {
            using var pages = session.Connection.CreateCommand();
            pages.CommandText = isFull ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 1073741823";
            return pages.ExecuteScalar();
        },
        Stop);

    public async ValueTask DisposeAsync()
    {
        Queue.Dispose();
        // What is on its way to the disk settles before the file goes.
        _file.Dispose();
        await Task.CompletedTask;
    }

    private RequestQueue New() => new(_file.Database, Services, _options, Time, Log);
}

/// <summary>Takes calls and leaves them to the test.</summary>
internal sealed class Target : IServiceOwner, IDisposable
{
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();

    public string Name => "target";

    public IDisposable? Withdrawal { get; set; }

    /// <summary>All deliveries so far: id and attempt.</summary>
    public ConcurrentQueue<(string Id, int Attempt)> Seen { get; } = new();

    public void Accept(Call call)
    {
        Seen.Enqueue((call.RequestId!, call.Attempt));
        _calls.Writer.TryWrite(call);
    }

    public async Task<Call> TakeAsync() => await _calls.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public bool TryTake(out Call? call) => _calls.Reader.TryRead(out call);

    public void Dispose() => Withdrawal?.Dispose();
}
