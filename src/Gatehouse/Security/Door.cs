namespace Gatehouse.Security;

/// <summary>What counts of a request when it is decided whether it may enter.</summary>
internal readonly record struct Knock
{
    /// <summary>It asks for what holds no secret: the page's files, whether the hub is well, how to sign in.</summary>
    public bool IsForAll { get; init; }

    /// <summary>It may change something.</summary>
    public bool IsWrite { get; init; }

    /// <summary>It comes from a program on this machine, and was not passed on by a proxy.</summary>
    public bool IsLocal { get; init; }

    public TokenCheck Token { get; init; }

    /// <summary>Its cookie is that of a session.</summary>
    public bool HasSession { get; init; }

    /// <summary>It carries the session's antiforgery token, which only the hub's own page can read.</summary>
    public bool HasAntiforgery { get; init; }

    /// <summary>The option <c>web.open</c>.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The option <c>web.insecure</c>.</summary>
    public bool IsInsecure { get; init; }
}

/// <summary>What a request's bearer token is.</summary>
internal enum TokenCheck
{
    None,
    Wrong,

    /// <summary>The one in the data directory, which holds wherever it comes from.</summary>
    Hubs,

    /// <summary>The option <c>web.token</c>, which holds on this machine.</summary>
    Scripts,
}

/// <summary>How a request enters, or why it does not.</summary>
internal enum Admission
{
    /// <summary>What it asks for is for everybody.</summary>
    ForAll,
    ByToken,
    BySession,

    /// <summary>Nobody has to sign in here.</summary>
    Unasked,

    /// <summary>It brings nothing.</summary>
    NotSignedIn,

    /// <summary>It brings a token that is none of the hub's.</summary>
    WrongToken,

    /// <summary>The token for scripts was sent from another machine.</summary>
    TokenFromElsewhere,

    /// <summary>It would change something by its cookie, and does not show that the hub's own page sent it.</summary>
    NoAntiforgery,
}

/// <summary>Decides who enters.</summary>
internal static class Door
{
    public static Admission Decide(in Knock knock) => knock switch
    {
        { IsForAll: true } => Admission.ForAll,
        { Token: TokenCheck.Hubs } or { Token: TokenCheck.Scripts, IsLocal: true } => Admission.ByToken,
        { HasSession: true, IsWrite: false } or { HasSession: true, HasAntiforgery: true } => Admission.BySession,
        // A cookie is no reason to refuse what would be allowed without.
        { IsInsecure: true } or { IsOpen: true, IsLocal: true } => Admission.Unasked,
        { HasSession: true } => Admission.NoAntiforgery,
        { Token: TokenCheck.Wrong } => Admission.WrongToken,
        { Token: TokenCheck.Scripts } => Admission.TokenFromElsewhere,
        _ => Admission.NotSignedIn,
    };

    public static bool IsAdmitted(this Admission admission) => admission <= Admission.Unasked;
}
