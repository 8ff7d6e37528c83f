namespace Gatehouse.Security;

/// <summary>Who gets in.</summary>
internal static class SecurityExtensions
{
    public static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        services.AddSingleton(SessionTable.Migrations);
        services.AddSingleton<SessionTable>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<OneTimeCodes>();
        services.AddSingleton<CodeTries>();
        services.AddSingleton(provider => AccessToken.Open(
            provider.GetRequiredService<Runtime.DataDirectory>(), provider.GetRequiredService<ILogger<AccessToken>>()));
        return services;
    }
}
