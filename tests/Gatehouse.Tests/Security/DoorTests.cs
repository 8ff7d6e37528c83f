using Gatehouse.Security;

namespace Gatehouse.Tests.Security;

/// <summary>Every combination of facts, against the rules as a person would say them one by one.</summary>
public sealed class DoorTests
{
    private static readonly bool[] Either = [false, true];

    private static IEnumerable<Knock> All =>
        from forAll in Either
        from write in Either
        from local in Either
        from token in Enum.GetValues<TokenCheck>()
        from session in Either
        from antiforgery in Either
        where session || !antiforgery
        from open in Either
        from insecure in Either
        select new Knock
        {
            IsForAll = forAll,
            IsWrite = write,
            IsLocal = local,
            Token = token,
            HasSession = session,
            HasAntiforgery = antiforgery,
            IsOpen = open,
            IsInsecure = insecure,
        };

    [Fact]
    public void What_is_for_all_is_for_all() =>
        Assert.All(All.Where(k => k.IsForAll), k => Assert.Equal(Admission.ForAll, Door.Decide(k)));

    [Fact]
    public void The_hubs_token_opens_from_everywhere() =>
        Assert.All(Closed.Where(k => k.Token == TokenCheck.Hubs), k => Assert.Equal(Admission.ByToken, Door.Decide(k)));

    [Fact]
    public void The_scripts_token_opens_on_this_machine_and_is_nothing_elsewhere() => Assert.All(
        Closed.Where(k => k.Token == TokenCheck.Scripts),
        k => Assert.Equal(k.IsLocal || Without(k).IsAdmitted(), Door.Decide(k).IsAdmitted()));

    [Fact]
    public void A_wrong_token_gains_nothing_and_loses_nothing() => Assert.All(
        Closed.Where(k => k.Token == TokenCheck.Wrong),
        k => Assert.Equal(Without(k).IsAdmitted(), Door.Decide(k).IsAdmitted()));

    [Fact]
    public void A_session_reads_and_writes_with_its_antiforgery_token_alone() => Assert.All(
        Closed.Where(k => k is { Token: TokenCheck.None, HasSession: true, IsOpen: false, IsInsecure: false }),
        k => Assert.Equal(k.IsWrite && !k.HasAntiforgery ? Admission.NoAntiforgery : Admission.BySession, Door.Decide(k)));

    [Fact]
    public void Nobody_has_to_sign_in_where_the_options_say_so() => Assert.All(
        Closed.Where(k => k is { Token: TokenCheck.None, HasSession: false }),
        k => Assert.Equal(
            k.IsInsecure || (k.IsOpen && k.IsLocal) ? Admission.Unasked : Admission.NotSignedIn, Door.Decide(k)));

    [Fact]
    public void An_open_door_is_not_closed_by_what_one_brings() => Assert.All(
        Closed.Where(k => k.IsInsecure || (k.IsOpen && k.IsLocal)), k => Assert.True(Door.Decide(k).IsAdmitted()));

    [Fact]
    public void Who_brings_nothing_from_elsewhere_stays_outside_unless_all_is_insecure()
    {
        var strangers = Closed.Where(
            k => k is { IsLocal: false, HasSession: false, IsInsecure: false } && k.Token != TokenCheck.Hubs).ToList();
        Assert.NotEmpty(strangers);
        Assert.All(strangers, k => Assert.False(Door.Decide(k).IsAdmitted()));
    }

    [Fact]
    public void A_refusal_says_what_was_wrong()
    {
        Assert.Equal(Admission.WrongToken, Door.Decide(new Knock { Token = TokenCheck.Wrong, IsLocal = true }));
        Assert.Equal(Admission.TokenFromElsewhere, Door.Decide(new Knock { Token = TokenCheck.Scripts }));
        Assert.Equal(Admission.NoAntiforgery, Door.Decide(new Knock { HasSession = true, IsWrite = true, Token = TokenCheck.Wrong }));
    }

    private static IEnumerable<Knock> Closed => All.Where(k => !k.IsForAll);

    private static Admission Without(Knock knock) => Door.Decide(knock with { Token = TokenCheck.None });
}
