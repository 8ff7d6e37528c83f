using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Gatehouse.Sdk;

namespace Gatehouse.Cli;

/// <summary>
/// What a shell offers when Tab is pressed: commands and options, and from the running hub keys, services, devices and requests. The
/// shell asks by System.CommandLine's directive, <c>gatehouse [suggest] 'gatehouse get /dev'</c>. Always quick, and silent when something
/// is wrong.
/// </summary>
internal sealed class Suggestions
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    private enum Names
    {
        None,
        Keys,
        Services,
        Devices,
        Requests,
    }

    // The parser asks its sources synchronously: the first time they only note what they would need, the second time they have it.
    private Names _wanted;
    private string _word = "";
    private IReadOnlyList<string> _found = [];

    public IEnumerable<CompletionItem> Keys(CompletionContext context) => Offer(Names.Keys, context);

    public IEnumerable<CompletionItem> Services(CompletionContext context) => Offer(Names.Services, context);

    public IEnumerable<CompletionItem> Devices(CompletionContext context) => Offer(Names.Devices, context);

    public IEnumerable<CompletionItem> Requests(CompletionContext context) => Offer(Names.Requests, context);

    /// <summary>True when the arguments are a shell's question: <c>[suggest]</c> or <c>[suggest:position]</c>, and the line.</summary>
    public static bool IsQuestion(IReadOnlyList<string> arguments) => arguments is [['[', 's', 'u', 'g', 'g', 'e', 's', 't', .., ']'], _];

    /// <summary>The lines to offer.</summary>
    public async Task<IReadOnlyList<string>> AnswerAsync(
        Command root, ClientRunner runner, IReadOnlyList<string> question, CancellationToken stop)
    {
        var line = UpToCursor(question[0], question[1]);
        var parsed = root.Parse(line, CommandLine.Parsing);
        var offers = parsed.GetCompletions(line.Length);
        if (_wanted != Names.None)
        {
            _found = await FindAsync(runner, parsed, stop);
            offers = parsed.GetCompletions(line.Length);
        }
        return [.. offers.Select(o => o.InsertText ?? o.Label).Where(o => TerminalText.Escape(o) == o).Distinct()];
    }

    /// <summary>The keys that start with what has been typed, each as far as its next slash; further while there is no choice.</summary>
    internal static IReadOnlyList<string> NextSegments(IReadOnlyList<string> keys, string typed)
    {
        while (true)
        {
            var matching = keys.Where(k => k.StartsWith(typed, StringComparison.Ordinal));
            var next = matching.Select(k => UpToSlash(k, typed.Length)).Distinct().ToList();
            if (next is not [var only] || !only.EndsWith('/')) return next;
            typed = only;
        }
    }

    private static string UpToCursor(string directive, string line) =>
        int.TryParse(directive.AsSpan("[suggest".Length).Trim(":]"), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && position < line.Length ? line[..position] : line;

    private static string UpToSlash(string key, int from)
    {
        var slash = key.IndexOf('/', Math.Max(from, 1));
        return slash < 0 ? key : key[..(slash + 1)];
    }

    private IEnumerable<CompletionItem> Offer(Names names, CompletionContext context)
    {
        (_wanted, _word) = (names, context.WordToComplete);
        return _found.Select(name => new CompletionItem(name));
    }

    private async Task<IReadOnlyList<string>> FindAsync(ClientRunner runner, ParseResult parsed, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(Patience, runner.Console.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            using var hub = runner.Console.Connect(runner.FindHub(parsed));
            if (_wanted == Names.Services) return [.. (await hub.ServicesAsync(either.Token)).Select(s => s.Name)];
            if (_wanted == Names.Devices) return [.. (await hub.Devices.ListAsync(either.Token)).Select(d => d.Name)];
            if (_wanted == Names.Requests) return [.. (await hub.Durable.ListAsync(stop: either.Token)).Select(r => r.Id)];
            if (_word.Length > 0 && _word[0] != '/') return [];
            return NextSegments([.. (await hub.ListAsync([_word], either.Token)).Entries.Select(e => e.Key.Text)], _word);
        }
        catch (Exception e) when (e is GatehouseException or FormatException or OperationCanceledException)
        {
            return []; // a message would land in the middle of what the user is typing
        }
    }
}
