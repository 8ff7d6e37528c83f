using System.Net;
using System.Text;

namespace Gatehouse.SystemTests.Support;

/// <summary>Another web site on this machine: one page, on an origin that is not the hub's.</summary>
internal sealed class OtherSite : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public OtherSite(string page)
    {
        Address = new Uri($"http://localhost:{HubRunner.FreePort()}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = ServeAsync(Encoding.UTF8.GetBytes(page));
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync(byte[] page)
    {
        while (true)
        {
            var context = await _listener.GetContextAsync();
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.OutputStream.WriteAsync(page);
            context.Response.Close();
        }
    }
}
