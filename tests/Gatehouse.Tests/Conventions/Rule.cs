namespace Gatehouse.Tests.Conventions;

/// <summary>Fails with all faults, one a line; xunit's own assertion on collections shows only the first few, cut short.</summary>
internal static class Rule
{
    public static void Holds(IEnumerable<string> faults)
    {
        var all = string.Join('\n', faults);
        if (all.Length > 0) Assert.Fail(all);
    }
}
