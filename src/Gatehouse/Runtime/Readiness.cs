namespace Gatehouse.Runtime;

/// <summary>Whether the hub serves: false until everything has started, and again while it stops.</summary>
internal sealed class Readiness
{
    private volatile string? _notYet = "starting";

    /// <summary>Why it does not serve, in a word; null when it does.</summary>
    public string? NotYet => _notYet;

    public void BecomeReady() => _notYet = null;

    public void BeginToStop() => _notYet = "stopping";
}
