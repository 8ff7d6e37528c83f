using System.Text;
using Gatehouse.Requests.Store;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Requests.Store;

/// <summary>Random requests to the store, with restarts between them, against dictionaries.</summary>
public sealed class StoreProperties : IDisposable
{
    private static readonly string[] Names = ["a", "A", "b", "ß", "a|b", "%", "\U0001F600", "\uFFFD", "../x", "", "x\0", "c/d"];
    private static readonly string[] Texts = ["", "1", "2", "50%", " ;x\r\n", "\0"];

    private readonly HubFile _file = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task The_store_answers_as_a_dictionary_would(int seed, bool ignoreCase)
    {
        var random = new Random(seed);
        var options = new StoreOptions { IgnoreCase = ignoreCase, MaxEntries = 14, MaxSize = 60, MaxValue = 5 };
        var model = new StoreModel(options);
        var rows = new StoreRows(new KeptValues(_file.Database, options));
        for (var i = 0; i < 1500; i++)
        {
            if (random.Next(300) == 0)
            {
                _file.Reopen();
                rows = new StoreRows(new KeptValues(_file.Database, options));
            }
            var asked = Make(random);
            var row = string.Concat(asked.Select(f => $"[{f}]"));
            var (expected, answered) = (model.Answer(asked), await rows.AskAsync(row));
            Assert.True(expected == answered, $"Step {i}: {row} is answered {answered}, not {expected}.");
        }
        Assert.Equal(model.Total, new KeptValues(_file.Database, options).Total());
        Assert.True(model.Reached.IsSupersetOf(["200", "404", "409", "500", "501", "full"]), string.Join(' ', model.Reached));
    }

    private static string[] Make(Random random)
    {
        string[] actions = ["set", "set", "set", "get", "get", "delete", "list", "cas", "cas", "xx"];
        var frames = new List<string> { actions[random.Next(actions.Length)] };
        var names = random.Next(8) == 0 ? random.Next(4) : 3;
        for (var i = 0; i < names; i++) frames.Add(Names[random.Next(random.Next(12) == 0 ? Names.Length : 8)]);
        var values = names < 3 ? 0 : 1 + random.Next(frames[0] == "cas" ? 4 : 2);
        for (var i = 0; i < values; i++) frames.Add(Texts[random.Next(Texts.Length)]);
        return [.. frames];
    }

    /// <summary>What the store says, said again with dictionaries: for each service its sections, for each of these its keys.</summary>
    private sealed class StoreModel(StoreOptions options)
    {
        private readonly SortedDictionary<string, SortedDictionary<string, SortedDictionary<string, string>>> _all = new(ByBytes);

        public HashSet<string> Reached { get; } = [];

        public StoreTotal Total => new(
            _all.Values.Sum(s => s.Count + s.Values.Sum(k => k.Count)),
            _all.Sum(s => s.Value.Sum(e => Size(s.Key) + Size(e.Key) + e.Value.Sum(k => Size(k.Key) + Size(k.Value)))));

        private static Comparer<string> ByBytes { get; } =
            Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));

        public string Answer(string[] asked)
        {
            var answer = Decide(asked);
            Reached.Add(answer[^4..^1]);
            return answer;
        }

        private string Decide(string[] asked)
        {
            if (asked.Length < 2) return "[500]";
            var least = asked[0] switch { "get" => 4, "set" or "cas" => 5, "delete" or "list" => 2, _ => 0 };
            if (least == 0) return "[501]";
            if (asked.Length < least || (asked[0] == "cas" && asked.Length > 6)) return "[500]";
            var names = asked[1..Math.Min(asked.Length, asked[0] == "list" ? 3 : 4)];
            if (names.Any(n => n is "" || n.AsSpan().ContainsAny("/\\\0") || n.Contains("..", StringComparison.Ordinal))) return "[500]";
            var echo = string.Concat(names.Select(n => $"[{n}]"));
            var section = names.Length > 1 ? _all.GetValueOrDefault(names[0])?.GetValueOrDefault(names[1]) : null;
            var key = names.Length > 2 && section is not null ? KeyIn(section, names[2]) : null;
            return asked[0] switch
            {
                "get" => key is null ? $"{echo}[404]" : $"{echo}[{section![key]}][200]",
                "list" when names.Length == 1 => List(echo, _all.GetValueOrDefault(names[0])?.Keys),
                "list" => List(echo, section?.Keys),
                "delete" when names.Length == 3 && section is null => $"[{names[0]}][{names[1]}][500]",
                "delete" => Delete(names, section, echo),
                "cas" when asked.Length == 6 && (key is null || section![key] != asked[4]) => $"{echo}[409]",
                "cas" when asked.Length == 5 && key is not null => $"{echo}[409]",
                _ => Set(names, key, asked[0] == "cas" ? asked[^1] : asked[4]) ? $"{echo}[200]" : "[500]",
            };
        }

        private static string List(string echo, IEnumerable<string>? names) => names is null ? $"{echo}[404]"
            : $"{echo}[{string.Join('|', names.Select(n => n.Replace("%", "%25", StringComparison.Ordinal)
                .Replace("|", "%7C", StringComparison.Ordinal)))}][200]";

        private string? KeyIn(SortedDictionary<string, string> section, string key) => section.ContainsKey(key) ? key
            : options.IgnoreCase ? section.Keys.FirstOrDefault(k => Same(k, key)) : null;

        private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

        private string Delete(string[] names, SortedDictionary<string, string>? section, string echo)
        {
            if (names.Length == 1) _all.Remove(names[0]);
            else if (names.Length == 2)
            {
                if (_all.TryGetValue(names[0], out var service) && service.Remove(names[1]) && service.Count == 0) _all.Remove(names[0]);
            }
            else
            {
                foreach (var key in section!.Keys.Where(k => k == names[2] || (options.IgnoreCase && Same(k, names[2]))).ToList())
                {
                    section.Remove(key);
                }
            }
            return $"{echo}[200]";
        }

        private bool Set(string[] names, string? key, string value)
        {
            if (Size(value) > options.MaxValue) return false;
            var before = Total;
            var hadService = _all.TryGetValue(names[0], out var service);
            if (!hadService) _all[names[0]] = service = new(ByBytes);
            var hadSection = service!.TryGetValue(names[1], out var section);
            if (!hadSection) service[names[1]] = section = new(ByBytes);
            var old = key is null ? null : section![key];
            section![key ?? names[2]] = value;
            var after = Total;
            if ((after.Entries <= options.MaxEntries || after.Entries <= before.Entries)
                && (after.Size <= options.MaxSize || after.Size <= before.Size))
            {
                return true;
            }
            Reached.Add("full");
            if (old is null) section.Remove(names[2]);
            else section[key!] = old;
            if (!hadSection) service.Remove(names[1]);
            if (!hadService) _all.Remove(names[0]);
            return false;
        }

        private static int Size(string text) => Encoding.UTF8.GetByteCount(text);
    }
}
