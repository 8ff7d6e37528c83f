using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Gatehouse.Runtime.Configuration;

/// <summary>A broken rule: where to look, all options that it reads, and what it says.</summary>
internal sealed record BrokenRule(Option At, IReadOnlyList<Option> Reads, string Message);

/// <summary>Rules that one option alone cannot state: what an options class says in <see cref="IValidatableObject"/>.</summary>
internal static class SettingsRules
{
    /// <summary>The broken rules of every section.</summary>
    public static IEnumerable<BrokenRule> Broken(SettingsLayout layout, Settings settings) =>
        layout.Sections.SelectMany(section => Broken(section, settings.Of(section)));

    /// <summary>The broken rules of an object of options and of the objects in it; not of those in lists and maps.</summary>
    public static IEnumerable<BrokenRule> Broken(Option where, object value)
    {
        var own = value is IValidatableObject validatable ? validatable.Validate(new ValidationContext(value, where.Path, null, null)) : [];
        var here = own.Select(result => result.MemberNames.Select(name => Member(where, name)).ToList() is [var first, ..] named
            ? new BrokenRule(first, named, result.ErrorMessage ?? "")
            : new BrokenRule(where, where.Members, result.ErrorMessage ?? ""));
        var below = where.Members.Where(member => member.Kind == OptionKind.Object);
        return here.Concat(below.SelectMany(member => Broken(member, member.Property!.Get!(value)!)));
    }

    private static Option Member(Option where, string name) =>
        where.Members.Find(member => member.Property!.AttributeProvider is MemberInfo info && info.Name == name)
        ?? throw new ArgumentException($"A rule of '{where.Path}' names '{name}', which is none of its options.");
}
