using System.Text;
using Gatehouse.Requests.Store;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;

namespace Gatehouse.Tests.Requests.Store;

/// <summary>Asks <c>titanic.store</c> as its clients do, and shows rows as <c>[a][b][200]</c>.</summary>
internal sealed class StoreRows
{
    private static readonly Origin Caller = new("test");

    private readonly ServiceDirectory _services = new(TimeProvider.System, AllowAll.Instance);

    public StoreRows(KeptValues values, int limit = 1024) =>
        _services.Offer(ServiceName.Parse(StoreService.ServiceName), new StoreService(values, limit), StoreService.Info);

    /// <summary>The answer to <c>[a][b]</c>.</summary>
    public async Task<string> AskAsync(string row) => Show(await AskAsync(Read(row)));

    public async Task<Frames> AskAsync(Frames frames)
    {
        var reply = await _services.CallAsync(
            StoreService.ServiceName, frames, TimeSpan.FromSeconds(30), Caller, TestContext.Current.CancellationToken);
        Assert.Equal((CallStatus.Ok, null), (reply.Status, reply.Reason));
        return reply.Frames;
    }

    /// <summary>The same for those who cannot await.</summary>
    public Frames Ask(Frames frames)
    {
        using var call = new WaitedCall(frames);
        _services.Send(call);
        return call.Wait();
    }

    public static Frames Read(string row) =>
        row.Length == 0 ? Frames.None : Frames.Of([.. row[1..^1].Split("][").Select(Encoding.UTF8.GetBytes)]);

    public static string Show(Frames frames) =>
        string.Concat(Enumerable.Range(0, frames.Count).Select(i => $"[{frames.Text(i)}]"));

    private sealed class WaitedCall(Frames frames)
        : Call(StoreService.ServiceName, frames, TimeSpan.FromSeconds(30), Caller), IDisposable
    {
        private readonly ManualResetEventSlim _ended = new();
        private Reply _reply;

        public Frames Wait()
        {
            _ended.Wait(TestContext.Current.CancellationToken);
            Assert.Equal((CallStatus.Ok, null), (_reply.Status, _reply.Reason));
            return _reply.Frames;
        }

        public void Dispose() => _ended.Dispose();

        protected override void OnEnded(in Reply reply)
        {
            _reply = reply;
            _ended.Set();
        }
    }
}
