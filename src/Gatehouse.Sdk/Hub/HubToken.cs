namespace Gatehouse.Sdk.Hub;

/// <summary>The token that a hub is shown, as <c>Authorization: Bearer</c>.</summary>
internal static class HubToken
{
    public const string Variable = "GATEHOUSE_TOKEN";

    /// <summary>True for what a header can carry: characters that can be seen, at least one.</summary>
    public static bool IsSound(ReadOnlySpan<char> token) => !token.IsEmpty && !token.ContainsAnyExceptInRange('!', '~');
}
