using Gatehouse.Drivers.Fake;

namespace Gatehouse.Tests.Drivers.Fake;

public sealed class FaultTests
{
    [Fact]
    public void A_fault_is_read()
    {
        Assert.Equal(new Fault("roof/speed", FaultKind.Stuck, 10, null), Fault.Parse(["roof/speed", "stuck", "10"], out _));
        Assert.Equal(new Fault("roof/speed", FaultKind.Spike, 1.5, -2), Fault.Parse(["roof/speed", "spike", "1.5", "-2"], out _));
        Assert.Equal(new Fault("roof/speed", FaultKind.Silence, 0, null), Fault.Parse(["roof/speed", "silence", "0"], out _));
    }

    [Theory]
    [InlineData("give three or four frames", "roof/speed", "stuck")]
    [InlineData("give three or four frames", "a", "spike", "1", "2", "3")]
    [InlineData("kind: 'broken' is no fault; there are stuck, spike, silence", "a", "broken", "x", "y")]
    [InlineData("seconds: ", "a", "stuck", "-1")]
    [InlineData("seconds: ", "a", "stuck", "86401")]
    [InlineData("seconds: ", "a", "stuck", "NaN")]
    [InlineData("seconds: ", "a", "stuck", "soon")]
    [InlineData("amount: only a spike", "a", "stuck", "1", "2")]
    [InlineData("amount: a number", "a", "spike", "1", "much")]
    public void What_makes_no_sense_is_said_in_words(string words, params string[] frames)
    {
        Assert.Null(Fault.Parse(frames, out var reason));
        Assert.StartsWith(words, reason, StringComparison.Ordinal);
    }
}
