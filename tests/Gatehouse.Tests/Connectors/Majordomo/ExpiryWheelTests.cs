using Gatehouse.Connectors.Majordomo;

namespace Gatehouse.Tests.Connectors.Majordomo;

public sealed class ExpiryWheelTests
{
    [Theory]
    [InlineData(1, 20_000, 50)]
    [InlineData(2, 500_000, 5_000)]
    [InlineData(3, 200, 300_000)]
    [InlineData(4, 70_000, 3)]
    public void It_agrees_with_a_list(int seed, int longest, int step)
    {
        var random = new Random(seed);
        var wheel = new ExpiryWheel();
        var list = new List<Request>();
        long now = random.Next(-100_000, 100_000);
        for (var i = 0; i < 3000; i++)
        {
            for (var adds = random.Next(4); adds > 0; adds--)
            {
                var request = new Request();
                wheel.Add(request, now + random.Next(-3, longest));
                list.Add(request);
            }
            if (list.Count > 0 && random.Next(3) == 0)
            {
                var removed = list[random.Next(list.Count)];
                wheel.Remove(removed);
                list.Remove(removed);
            }
            Assert.Equal(list.Count, wheel.Count);
            Assert.True(wheel.Next() <= list.Select(r => r.Due).DefaultIfEmpty(long.MaxValue).Min());
            now += random.Next(step);
            var due = list.Where(r => r.Due <= now).ToHashSet();
            Assert.Equal(due, wheel.TakeDue(now).ToHashSet());
            list.RemoveAll(due.Contains);
        }
        Assert.Equal(list.Count, wheel.Count);
    }

    [Fact]
    public void Next_is_exact_within_a_turn()
    {
        var wheel = new ExpiryWheel();
        Assert.Equal(long.MaxValue, wheel.Next());
        wheel.Add(new Request(), 5_130);
        wheel.Add(new Request(), 5_125);
        wheel.Add(new Request(), 60_000);
        Assert.Equal(5_125, wheel.Next());
        Assert.Single(wheel.TakeDue(5_129));
        Assert.Equal(5_130, wheel.Next());
    }
}
