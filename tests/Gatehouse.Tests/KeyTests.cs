using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests;

public sealed class KeyTests
{
    [Fact]
    public void A_key_has_at_most_255_bytes() => Assert.Equal(KeyError.TooLong, Key.Check("/" + new string('é', 128)));
}
