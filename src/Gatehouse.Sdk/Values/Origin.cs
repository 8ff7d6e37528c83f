namespace Gatehouse.Sdk.Values;

/// <summary>Whom a connection or part acts for. Until users and roles exist there is none, and everything is allowed.</summary>
/// <param name="Name">The user's or program's name.</param>
public sealed record Account(string Name);

/// <summary>Where something comes from. Make one per connection or part and use it again for everything that comes by it.</summary>
/// <param name="connector">The part it came through, such as <c>http</c> or <c>system</c>.</param>
/// <param name="peer">The other end, such as an address; empty for a part that has no peers.</param>
/// <param name="account">Whom it acts for.</param>
public sealed class Origin(string connector, string peer = "", Account? account = null)
{
    /// <summary>The part it came through.</summary>
    public string Connector { get; } = connector;

    /// <summary>The other end; empty for a part that has no peers.</summary>
    public string Peer { get; } = peer;

    /// <summary>Whom it acts for; null for nobody in particular.</summary>
    public Account? Account { get; } = account;

    /// <summary>The text shown as a value's source: <c>connector</c> or <c>connector peer</c>.</summary>
    public string Text { get; } = peer.Length == 0 ? connector : $"{connector} {peer}";

    /// <summary>The text shown as a value's source.</summary>
    public override string ToString() => Text;
}
