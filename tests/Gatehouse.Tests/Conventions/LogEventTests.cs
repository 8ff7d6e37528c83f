using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Conventions;

public sealed class LogEventTests
{
    [Fact]
    public void Events_of_the_product_are_numbered_by_the_rules() => Rule.Holds(Faults(ProductEvents()));

    [Fact]
    public void An_event_without_a_number_is_found() => Assert.Single(Faults([("Tree", "A", -1)]));

    [Fact]
    public void A_number_used_twice_is_found() => Assert.Single(Faults([("Tree", "A", 3001), ("Tree", "B", 3001)]));

    [Fact]
    public void A_thousand_of_two_slices_is_found() => Assert.Single(Faults([("Tree", "A", 3001), ("Web", "B", 3002)]));

    [Fact]
    public void A_slice_with_two_thousands_is_found() => Assert.Single(Faults([("Tree", "A", 3001), ("Tree", "B", 4001)]));

    [Fact]
    public void A_thousand_for_each_slice_is_right() =>
        Assert.Empty(Faults([("Tree", "A", 3001), ("Tree", "B", 3002), ("Web", "C", 4001)]));

    private static IEnumerable<string> Faults(IReadOnlyCollection<(string Slice, string Name, int Id)> events) =>
    [
        .. from one in events where one.Id <= 0 select $"{one.Name} has no explicit id",
        .. from one in events where one.Id > 0 group one by one.Id into same where same.Count() > 1
           select $"{same.Key} is used by {string.Join(", ", same.Select(one => one.Name))}",
        .. from one in events where one.Id > 0 group one.Slice by one.Id / 1000 into thousand where thousand.Distinct().Count() > 1
           select $"{thousand.Key}xxx is shared by {string.Join(", ", thousand.Distinct())}",
        .. from one in events where one.Id > 0 group one.Id / 1000 by one.Slice into slice where slice.Distinct().Count() > 1
           select $"{slice.Key} uses several thousands: {string.Join(", ", slice.Distinct())}",
    ];

    private static (string Slice, string Name, int Id)[] ProductEvents() =>
    [
        .. from assembly in (string[])["Gatehouse", "Gatehouse.Sdk"]
           from type in Assembly.Load(assembly).GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
           let mark = method.GetCustomAttribute<LoggerMessageAttribute>()
           where mark is not null && method.DeclaringType == type
           select (Slice(type.Namespace ?? "Gatehouse"), $"{type.FullName}.{method.Name}", mark.EventId),
    ];

    /// <summary>A dialect's part in the SDK and its connector in the hub are two slices; all drivers share a thousand.</summary>
    private static string Slice(string space) => space.Split('.') switch
    {
        ["Gatehouse", "Drivers", ..] => "Drivers",
        ["Gatehouse", "Sdk", var inner, ..] => $"Sdk.{inner}",
        _ => new Rooms().Of(space) ?? space,
    };
}
