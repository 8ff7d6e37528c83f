using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Devices;

namespace Gatehouse.Tests.Devices;

public sealed class DeclaredNameTests
{
    [Fact]
    public void A_name_that_is_taken_breaks_no_rule() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        name => DeclaredName.Objection(name.Get) is not null
            || (name.Get.Trim() == name.Get && !name.Get.Any(c => c is '/' or '#' || char.IsControl(c)))));

    [Fact]
    public void What_breaks_a_rule_is_refused_wherever_it_stands() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        Gen.Elements('/', '#', '\0', '\n', '\u007F', '\u0090').ToArbitrary(),
        ArbMap.Default.ArbFor<NonNull<string>>(),
        (before, wrong, after) => DeclaredName.Objection(before.Get + wrong + after.Get) is not null));

    [Theory]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData(" a", false)]
    [InlineData("a\u00A0", false)]
    [InlineData("a b", true)]
    [InlineData("50%", true)]
    [InlineData("...", true)]
    [InlineData("Küche?", true)]
    public void Names_are_taken_or_not(string name, bool taken) => Assert.Equal(taken, DeclaredName.Objection(name) is null);
}
