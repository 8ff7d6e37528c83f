using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Tests.Runtime.Configuration;

/// <summary>The file and the command line are outside text: whatever they hold, there is an answer, and it points into them.</summary>
public sealed class SettingsPropertyTests
{
    private static readonly byte[] Valid =
        """
        {
          // é
          "$schema": "x",
          "sample": { "name": "ě", "port": 81, "ratio": 0.1, "flag": false, "mood": "calm", "wait": "5s",
            "names": ["a", "b"], "other": null,
            "moods": { "x.y": "veryBusy" }, "inner": { "least": 1, "most": 2 },
            "inners": [{ "most": 7 }], "large": 1 },
          "group": { "deep": { "enabled": true, }, },
        }
        """u8.ToArray();

    private static readonly string[] Names =
    [
        "sample", "group", "deep", "enabled", "name", "port", "inner", "inners", "least", "most", "mood", "wait", "moods", "names", "x",
    ];

    private static readonly string[] Scalars =
    [
        "null", "true", "0", "81", "1.5", "1e999", "-3", "\"\"", "\"calm\"", "\"busy\"", "\"5s\"", "\"9h\"", "{}", "[]",
    ];

    private readonly HashSet<SettingsProblemKind> _reached = [];
    private int _sound;

    [Fact]
    public void Every_text_is_answered_and_every_kind_of_problem_is_reached()
    {
        Holds(ArbMap.Default.ArbFor<byte[]>(), bytes => (bytes, ""));
        Holds(Arb.From(Gen.Choose(0, int.MaxValue).ListOf()), edits => (Mutated(edits.Take(4)), ""));
        Holds(Arb.From(Json(3)), json => (Encoding.UTF8.GetBytes(json), ""));
        Holds(Arb.From(Object(Gen.Elements(Scalars))), json => (Encoding.UTF8.GetBytes($"{{ \"sample\": {json} }}"), ""));
        Holds(ArbMap.Default.ArbFor<string>(), text => (null, text ?? ""));
        Holds(Arb.From(Override()), text => (Valid, text));

        Assert.True(_sound > 100, $"only {_sound} texts were sound");
        Assert.Equal(
            Enum.GetValues<SettingsProblemKind>().Except([SettingsProblemKind.Unreadable, SettingsProblemKind.NotApplied]),
            _reached.Order());
    }

    private void Holds<T>(Arbitrary<T> texts, Func<T, (byte[]? File, string Argument)> split) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(texts, text =>
        {
            var (file, argument) = split(text);
            var load = SettingsLoader.Load(Samples.Layout, Samples.File, file, argument.Length == 0 ? [] : [argument]);
            foreach (var problem in load.Problems) _reached.Add(problem.Kind);
            if (load.IsSound) _sound++;
            return (load.IsSound == (load.Problems.Count == 0)
                && load.Problems.All(problem => LiesIn(problem, problem.File == Samples.File ? file! : Encoding.UTF8.GetBytes(argument))))
                .Label(string.Join('\n', load.Problems));
        }));

    private static bool LiesIn(SettingsProblem problem, byte[] text)
    {
        // What is no UTF-8 decodes to one replacement or more, so that no line gets shorter.
        var lines = Encoding.UTF8.GetString(text).Split('\n');
        return problem.Line >= 1 && problem.Line <= lines.Length
            && problem.Column >= 1 && problem.Column <= lines[problem.Line - 1].Length + 1
            && problem.Message.Length > 0 && !problem.ToString().Any(char.IsControl);
    }

    private static byte[] Mutated(IEnumerable<int> edits)
    {
        var text = Valid.ToList();
        foreach (var edit in edits)
        {
            var (at, value) = ((edit >> 10) % text.Count, (byte)(edit >> 2));
            switch (edit % 4)
            {
                case 0:
                    text.RemoveAt(at);
                    break;
                case 1:
                    text.Insert(at, value);
                    break;
                case 2:
                    text[at] ^= (byte)(1 << (value % 8));
                    break;
                default:
                    text[at] = value;
                    break;
            }
        }
        return [.. text];
    }

    private static Gen<string> Json(int depth)
    {
        var scalar = Gen.Elements(Scalars);
        if (depth == 0) return scalar;
        var inner = Json(depth - 1);
        var list = Gen.Choose(0, 3).SelectMany(count => inner.ListOf(count).Select(items => $"[{string.Join(", ", items)}]"));
        return Gen.Frequency((6, Object(inner)), (1, list), (1, scalar));
    }

    private static Gen<string> Object(Gen<string> value)
    {
        var member = Gen.Elements(Names).SelectMany(name => value.Select(text => $"\"{name}\": {text}"));
        return Gen.Choose(0, 4).SelectMany(count => member.ListOf(count).Select(members => $"{{ {string.Join(", ", members)} }}"));
    }

    private static Gen<string> Override() =>
        from count in Gen.Choose(1, 3)
        from path in Gen.Elements(Names).ListOf(count)
        from value in Json(2)
        select $"sample.{string.Join('.', path)}={value}";
}
