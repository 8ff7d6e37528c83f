using Gatehouse.Parts;

namespace Gatehouse.History;

internal static class HistoryExtensions
{
    /// <summary>Adds the history: the recorder, and what keeps the file small.</summary>
    public static IServiceCollection AddHistory(this IServiceCollection services)
    {
        services.AddSingleton<SeriesNotes>();
        services.AddSingleton<Recorder>();
        services.AddSingleton<IPart>(provider => provider.GetRequiredService<Recorder>());
        services.AddSingleton<IPart, Retention>();
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Add(HistoryJson.Default));
        return services;
    }
}
