using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Security;

namespace Gatehouse.Tree;

/// <summary>The tree in the hub.</summary>
internal static class TreeExtensions
{
    public static IServiceCollection AddTree(this IServiceCollection services)
    {
        services.AddSingleton<IAccess>(AllowAll.Instance);
        services.AddSingleton(provider => TreeMemory.Open(
            provider.GetRequiredService<DataDirectory>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SequenceFile>>()));
        services.AddSingleton(provider => new ValueTree(
            provider.GetRequiredService<Settings>().Get<TreeOptions>(), provider.GetRequiredService<TreeMemory>().Start,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IAccess>()));
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Add(TreeJson.Default));
        return services;
    }
}

/// <summary>What the tree knows of the runs before this one.</summary>
internal sealed record TreeMemory(SequenceFile File, TreeStart Start)
{
    public static TreeMemory Open(DataDirectory data, TimeProvider time, ILogger<SequenceFile> logger)
    {
        var (file, start) = SequenceFile.Open(data.Path, time, logger);
        return new TreeMemory(file, start);
    }
}
