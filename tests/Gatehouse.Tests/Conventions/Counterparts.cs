using System.Reflection;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Conventions;

/// <summary>
/// The tables in docs/moving that say where each public member of a system went: those whose second column is headed Gatehouse.Sdk. Each
/// code in that column is a public type of the SDK, or a type and one of its members.
/// </summary>
internal static partial class Counterparts
{
    private static readonly ILookup<string, Type> Types =
        Assembly.Load("Gatehouse.Sdk").GetExportedTypes().ToLookup(type => type.Name.Split('`')[0]);

    /// <summary>The rows of all such tables of a document: what a member was called, and the cell that says where it went.</summary>
    public static IEnumerable<(string Original, string Counterpart)> In(string document)
    {
        var isInside = false;
        foreach (var line in document.Split('\n'))
        {
            var cells = CellEnd.Split(line.Trim()) is ["", .. var inner, ""] ? inner.Select(cell => cell.Trim()).ToArray() : [];
            if (cells.Length == 0) isInside = false;
            else if (cells is [_, "Gatehouse.Sdk", ..]) isInside = true;
            else if (isInside && !cells[0].StartsWith("--", StringComparison.Ordinal))
            {
                yield return (cells[0], cells.ElementAtOrDefault(1) ?? "");
            }
        }
    }

    /// <summary>What is wrong with a row; null when nothing is.</summary>
    public static string? Fault((string Original, string Counterpart) row)
    {
        if (row.Original.Length == 0) return "a row says nothing of what it is about";
        var named = Code.Matches(row.Counterpart).Select(match => match.Groups[1].Value).ToArray();
        return named is [] ? $"{row.Original} has no counterpart"
            : named.FirstOrDefault(name => !IsThere(name)) is { } missing ? $"{row.Original}: there is no {missing}"
            : null;
    }

    private static bool IsThere(string name) => name.Split('.') switch
    {
        [var type] => Types.Contains(type),
        [var type, var member] => Types[type].Any(one => one.GetMember(member) is not []),
        _ => false,
    };

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd { get; }

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Code { get; }
}
