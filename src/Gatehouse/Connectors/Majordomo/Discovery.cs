using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// Finds names by a regular expression of Python. An engine without backtracking takes what it can; look-around and back-references go to
/// the other, whose time is bounded.
/// </summary>
internal sealed class Discovery
{
    private const int LongestPattern = 1024;

    // A small machine that has just started takes a tenth of that to compile an expression.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private byte[] _last = [];
    private Regex? _expression;

    /// <summary>False when the pattern is none, too long, or takes more than half a second.</summary>
    public bool TryFind(ReadOnlySpan<byte> pattern, IEnumerable<string> names, [NotNullWhen(true)] out List<string>? found)
    {
        found = null;
        if (pattern.Length > LongestPattern || !Utf8.IsValid(pattern)) return false;
        if (_expression is null || !pattern.SequenceEqual(_last))
        {
            _expression = Read(Encoding.UTF8.GetString(pattern));
            _last = pattern.ToArray();
        }
        if (_expression is null) return false;
        var matches = new List<string>();
        var started = Stopwatch.GetTimestamp();
        try
        {
            foreach (var name in names)
            {
                if (_expression.IsMatch(name)) matches.Add(name);
                if (Stopwatch.GetElapsedTime(started) > Patience) return false;
            }
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
        found = matches;
        return true;
    }

    /// <summary>What Python writes differently, as .NET writes it.</summary>
    internal static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (rest.StartsWith(@"\Z"))
            {
                text.Append(@"\z");
                i++;
            }
            else if (rest[0] == '\\' && rest.Length > 1)
            {
                text.Append(rest[..2]);
                i++;
            }
            else if (rest.StartsWith("(?P<"))
            {
                text.Append("(?<");
                i += 3;
            }
            else if (rest.StartsWith("(?P=") && rest.IndexOf(')') is > 0 and var end)
            {
                text.Append(@"\k<").Append(rest[4..end]).Append('>');
                i += end;
            }
            else
            {
                text.Append(rest[0]);
            }
        }
        return text.ToString();
    }

    private static Regex? Read(string pattern)
    {
        var translated = Translate(pattern);
        try
        {
            return new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience);
        }
        catch (NotSupportedException)
        {
            return new Regex(translated, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
