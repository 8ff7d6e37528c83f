using System.Globalization;

namespace Gatehouse.SystemTests.Support;

/// <summary>A network with two ends, this machine's and a namespace's, whose cable can be pulled. Wants to be root.</summary>
internal sealed class CutNetwork : IAsyncDisposable
{
    private static int _count;

    private readonly string _link;

    private CutNetwork(int number)
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"gh{Environment.ProcessId}n{number}");
        _link = string.Create(CultureInfo.InvariantCulture, $"gh{Environment.ProcessId % 100_000}v{number}");
        // A network that nobody else uses (RFC 5735, for documentation).
        Here = string.Create(CultureInfo.InvariantCulture, $"198.51.100.{(number * 4) + 1}");
        There = string.Create(CultureInfo.InvariantCulture, $"198.51.100.{(number * 4) + 2}");
    }

    /// <summary>The namespace's name.</summary>
    public string Name { get; }

    /// <summary>This machine's address in it.</summary>
    public string Here { get; }

    private string There { get; }

    public static async Task<CutNetwork> OpenAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/ip"), "making networks needs root and iproute2");
        var network = new CutNetwork(Interlocked.Increment(ref _count));
        try
        {
            await IpAsync($"netns add {network.Name}");
            await IpAsync($"link add {network._link} type veth peer name far netns {network.Name}");
            await IpAsync($"addr add {network.Here}/30 dev {network._link}");
            await IpAsync($"link set {network._link} up");
            await IpAsync($"-n {network.Name} addr add {network.There}/30 dev far");
            await IpAsync($"-n {network.Name} link set far up");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Nothing passes any more, and neither end is told.</summary>
    public Task CutAsync() => IpAsync($"-n {Name} link set far down");

    public Task MendAsync() => IpAsync($"-n {Name} link set far up");

    public async ValueTask DisposeAsync()
    {
        await using var remove = ChildProcess.Start("ip", ["netns", "del", Name]);
        await remove.EndAsync();
        await using var unlink = ChildProcess.Start("ip", ["link", "del", _link]);
        await unlink.EndAsync();
    }

    private static async Task IpAsync(string arguments)
    {
        await using var ip = ChildProcess.Start("ip", arguments.Split(' '));
        var ended = await ip.EndAsync();
        Assert.True(ended.Code == 0, $"ip {arguments}: {ended.Error}");
    }
}
