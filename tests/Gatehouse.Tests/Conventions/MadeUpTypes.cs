namespace Gatehouse.Tests.Conventions;

// Each type uses MadeUpException in its own way; DependencyTests sees whether that is found.

[AttributeUsage(AttributeTargets.Class)]
internal sealed class MadeUpAttribute<T> : Attribute;

internal sealed class MadeUpException : Exception;

internal static class MadeUpMaker<T> where T : new()
{
    public static List<T> Made { get; } = [];
}

internal static class ByTest
{
    public static int Use(object thing) => thing is MadeUpException ? 1 : 2;
}

[MadeUp<MadeUpException>]
internal static class ByAttribute;

internal static class ByConstraint<T> where T : IEnumerable<MadeUpException>;

internal abstract class BySignature
{
    public abstract void Use(Dictionary<string, MadeUpException[]> things);
}

internal static class ByLambda
{
    public static Func<int> Use() => () =>
    {
        var made = MadeUpMaker<MadeUpException>.Made;
        return made.Count;
    };
}

internal static class ByCatch
{
    public static bool Use(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (MadeUpException)
        {
            return false;
        }
    }
}

internal static class AfterSwitch
{
    public static int Use(int number)
    {
        var many = number switch { 0 => 7, 1 => 3, 2 => 9, 3 => 4, 4 => 8, 5 => 1, _ => 0 };
        return many + MadeUpMaker<MadeUpException>.Made.Count;
    }
}
