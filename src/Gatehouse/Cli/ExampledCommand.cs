using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Gatehouse.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ExampledCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>The usual help, then the command's examples.</summary>
internal sealed class ExamplesHelp(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not ExampledCommand { Examples: { Count: > 0 } examples }) return code;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples) output.WriteLine($"  {example}");
        output.WriteLine();
        return code;
    }
}
