using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Unicode;
using Gatehouse.Requests.Store;

namespace Gatehouse.Cli;

/// <summary><c>store</c>: values by service, section and key, which ZeroMQ programs reach as <c>titanic.store</c>.</summary>
internal static class StoreCommands
{
    public static Command Create(ClientRunner runner)
    {
        var command = new ExampledCommand(
            "store",
            "Values by service, section and key, which last: those of titanic.store.",
            "gatehouse store set localhost.scenario hall lamp on",
            "gatehouse store list localhost.scenario hall")
        {
            Get(runner), Set(runner), Delete(runner), List(runner),
        };
        command.SetAction(parsed =>
        {
            runner.Tell("store what? get, set, delete or list");
            runner.Hint("'gatehouse store --help' tells more.");
            return ExitCode.Usage;
        });
        return command;
    }

    private static ExampledCommand Get(ClientRunner runner)
    {
        var (service, section, key) = (Service(), Section(), Key());
        var command = new ExampledCommand(
            "get",
            "Print a value: its bytes as they are, and in a terminal what can be shown.",
            "gatehouse store get localhost.scenario hall lamp",
            "gatehouse store get localhost.scenario hall code > hall.py")
        {
            service, section, key,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var names = (parsed.GetRequiredValue(service), parsed.GetRequiredValue(section), parsed.GetRequiredValue(key));
            if (await hub.Store.GetAsync(names.Item1, names.Item2, names.Item3, stop) is not { } found) return Nothing(runner);
            if (runner.Console.Width is null) await runner.PrintAsync(found.Value, stop);
            else await runner.PrintAsync(Show(found.Value.Span) + "\n", stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static ExampledCommand Set(ClientRunner runner)
    {
        var (service, section, key) = (Service(), Section(), Key());
        var value = new Argument<string>("VALUE") { Description = "The value, as it is; '-' for what is piped in." };
        var expect = new Option<string?>("--expect")
        {
            Description = "Only if this is what it is now.",
            HelpName = "VALUE",
        };
        var isNew = new Option<bool>("--new") { Description = "Only if there is none yet." };
        var command = new ExampledCommand(
            "set",
            "Set a value. Returns when it is on the hub's disk.",
            "gatehouse store set localhost.scenario hall lamp on",
            "gatehouse store set localhost.scenario hall lamp off --expect on",
            "gatehouse store set localhost.scenario hall code - < hall.py")
        {
            service, section, key, value, expect, isNew,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(expect) is not null && result.GetValue(isNew)) result.AddError("--expect and --new exclude each other.");
        });
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var (of, at, name) = (parsed.GetRequiredValue(service), parsed.GetRequiredValue(section), parsed.GetRequiredValue(key));
            var bytes = await BytesAsync(runner, parsed.GetRequiredValue(value), stop);
            var tag = parsed.GetValue(isNew) ? "" : null;
            if (parsed.GetValue(expect) is { } expected)
            {
                var found = await hub.Store.GetAsync(of, at, name, stop);
                if (found is null || !found.Value.Span.SequenceEqual(Encoding.UTF8.GetBytes(expected)))
                {
                    runner.Tell(found is null ? "there is no value yet" : $"the value is another: {Show(found.Value.Span)}");
                    return ExitCode.Failed;
                }
                tag = found.Tag;
            }
            await hub.Store.SetAsync(of, at, name, bytes, tag, stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static ExampledCommand Delete(ClientRunner runner)
    {
        var service = Service();
        var (section, key) = (Optional("SECTION", "Without, all of the service."), Optional("KEY", "Without, the whole section."));
        var command = new ExampledCommand(
            "delete",
            "Delete a value, a section, or all that there is of a service.",
            "gatehouse store delete localhost.scenario hall lamp",
            "gatehouse store delete localhost.scenario")
        {
            service, section, key,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
            await hub.Store.DeleteAsync(parsed.GetRequiredValue(service), parsed.GetValue(section), parsed.GetValue(key), stop)
                ? ExitCode.Ok : Nothing(runner)));
        return command;
    }

    private static ExampledCommand List(ClientRunner runner)
    {
        var service = Optional("SERVICE", "Without, the services.");
        var section = Optional("SECTION", "Without, the sections of the service.");
        var command = new ExampledCommand(
            "list",
            "List the services of the store, the sections of a service, or the keys of a section.",
            "gatehouse store list",
            "gatehouse store list localhost.scenario hall")
        {
            service, section, runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var names = await hub.Store.ListAsync(parsed.GetValue(service), parsed.GetValue(section), stop);
            if (names is null) return Nothing(runner);
            await runner.PrintAsync(
                runner.WantsJson(parsed) ? AsJson(names) + "\n" : string.Concat(names.Select(n => TerminalText.Escape(n) + "\n")), stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Argument<string> Service() => new("SERVICE") { Description = "Whose value it is.", Validators = { CheckName } };

    private static Argument<string> Section() => new("SECTION") { Description = "The part of it.", Validators = { CheckName } };

    private static Argument<string> Key() => new("KEY") { Description = "What the value is called.", Validators = { CheckName } };

    private static Argument<string?> Optional(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrOne,
        Validators = { CheckName },
    };

    private static void CheckName(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: var name }] && !StoreName.IsValid(name)) result.AddError($"'{name}' is no name: {StoreName.Rule}.");
    }

    private static async Task<byte[]> BytesAsync(ClientRunner runner, string value, CancellationToken stop)
    {
        if (value != "-") return Encoding.UTF8.GetBytes(value);
        await using var input = runner.Console.OpenInput();
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, stop);
        return bytes.ToArray();
    }

    private static string Show(ReadOnlySpan<byte> value) =>
        Utf8.IsValid(value) ? TerminalText.Escape(Encoding.UTF8.GetString(value)) : $"{value.Length} bytes that are no text";

    private static string AsJson(IReadOnlyList<string> names) => JsonText.Of(writer =>
    {
        writer.WriteStartArray();
        foreach (var name in names) writer.WriteStringValue(name);
        writer.WriteEndArray();
    });

    private static int Nothing(ClientRunner runner)
    {
        runner.Tell("the store has nothing there; 'gatehouse store list' shows what it has");
        return ExitCode.Failed;
    }
}
