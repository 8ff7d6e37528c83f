namespace Gatehouse.Runtime;

/// <summary>Whether the hub serves and keeps its promises: not until everything has started, nor while it stops.</summary>
internal sealed class Readiness
{
    private volatile string? _notYet = "starting";
    private volatile string? _trouble;

    /// <summary>Why it does not serve, or cannot keep a promise although it does; null when all is well.</summary>
    public string? NotYet => _notYet ?? _trouble;

    /// <summary>What keeps it from keeping a promise, in words; null when nothing does.</summary>
    public string? Trouble
    {
        get => _trouble;
        set => _trouble = value;
    }

    public void BecomeReady() => _notYet = null;

    public void BeginToStop() => _notYet = "stopping";
}
