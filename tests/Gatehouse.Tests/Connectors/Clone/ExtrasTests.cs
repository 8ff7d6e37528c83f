using System.Text;
using Gatehouse.Connectors.Clone;

namespace Gatehouse.Tests.Connectors.Clone;

/// <summary>What comes with updates, beside a dictionary.</summary>
public sealed class ExtrasTests
{
    [Fact]
    public void What_came_with_an_update_is_found_by_its_sequence_until_it_is_passed()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var (extras, kept, sequence, passed) = (new Extras(), new Dictionary<long, (string, string)>(), 100L, 100L);
            for (var step = 0; step < 200; step++)
            {
                var batch = random.Next(6);
                var added = new List<(int Place, string Uuid, string Properties)>();
                for (var place = 0; place < batch; place++)
                {
                    if (random.Next(3) == 0) continue;
                    added.Add((place, random.Next(2) == 0 ? "" : "0123456789abcdef", new string('p', random.Next(300))));
                    extras.Add(place, Encoding.ASCII.GetBytes(added[^1].Uuid), Encoding.ASCII.GetBytes(added[^1].Properties));
                }
                if (random.Next(8) == 0)
                {
                    extras.Forget();
                    continue;
                }
                // Others set values in between.
                var first = sequence + random.Next(1, 4);
                extras.Number(first);
                extras.Forget();
                foreach (var (place, uuid, properties) in added) kept[first + place] = (uuid, properties);
                sequence = first + batch;
                for (var to = random.NextInt64(passed, sequence + 1); passed < to; passed++)
                {
                    if (random.Next(5) == 0) continue;
                    extras.Take(passed, out var uuid, out var properties);
                    var found = (Encoding.ASCII.GetString(uuid), Encoding.ASCII.GetString(properties));
                    Assert.Equal(kept.GetValueOrDefault(passed, ("", "")), found);
                }
            }
            extras.Take(long.MaxValue, out _, out _);
            Assert.True(extras.IsEmpty);
        }
    }
}
