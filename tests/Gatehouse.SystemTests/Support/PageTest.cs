namespace Gatehouse.SystemTests.Support;

/// <summary>A test in a real browser against a real hub; both go with it.</summary>
/// <param name="settings">Of the hub, as <c>path=value</c>.</param>
public abstract class PageTest(params string[] settings) : IAsyncLifetime
{
    internal HubRunner Hub { get; private set; } = null!;

    internal Browser Browser { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Hub = await HubRunner.StartAsync(settings);
        Browser = await Browser.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Hub.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
