using System.Buffers;
using System.CommandLine;
using System.Text;
using Gatehouse.Blobs;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Cli;

/// <summary><c>get</c>, <c>set</c>, <c>rm</c> and <c>ls</c>: the present values.</summary>
internal static class ValueCommands
{
    public static Command Get(ClientRunner runner, Suggestions suggestions)
    {
        var key = ValueArguments.Key(suggestions);
        var command = new ExampledCommand(
            "get",
            "Print one value, bare; to a file or another program exactly as it is.",
            "gatehouse get /device/localhost.system.cpu/load",
            "gatehouse get --json /hub/process/memory")
        {
            key, runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var wanted = parsed.GetRequiredValue(key);
            if (await hub.GetAsync(wanted, stop) is not { } entry) return NoSuchValue(runner, wanted);
            if (runner.WantsJson(parsed)) await runner.PrintAsync(JsonText.Of(entry) + "\n", stop);
            else await runner.PrintAsync(Bare(entry.Value, runner.Console.Width is not null), stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Set(ClientRunner runner, Suggestions suggestions)
    {
        var key = ValueArguments.Key(suggestions);
        var value = new Argument<string?>("VALUE")
        {
            Description = "A number, true, false, null, a JSON object or array; anything else is text.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<string?>("--file")
        {
            Description = "In place of a value: stores this file as a blob and sets the value to its name. Pictures show on the page.",
            HelpName = "FILE",
        };
        var quality = ValueArguments.Trust();
        var time = ValueArguments.Time();
        var ttl = ValueArguments.Seconds("--ttl", "Remove the value after this long without a newer one.");
        var expect = ValueArguments.Expect();
        var command = new ExampledCommand(
            "set",
            "Set one value, or ask the driver that owns it to. Prints nothing when that is done.",
            "gatehouse set /home/mode away",
            "gatehouse set /home/target 21.5 --ttl 3600",
            "gatehouse set /home/mode night --expect 1234",
            "gatehouse set /door/picture --file still.jpg")
        {
            key, value, file, quality, time, ttl, expect, runner.Options.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(value) is null != result.GetValue(file) is null) return;
            result.AddError("set: give a value, or a file by --file, and not both.");
        });
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var path = parsed.GetValue(file);
            try
            {
                var entry = await hub.SetAsync(
                    parsed.GetRequiredValue(key),
                    path is null ? Value.FromText(parsed.GetRequiredValue(value)!) : await StoreAsync(hub, path, stop),
                    parsed.GetValue(time),
                    parsed.GetValue(quality),
                    parsed.GetValue(ttl),
                    parsed.GetValue(expect),
                    stop);
                if (runner.WantsJson(parsed)) await runner.PrintAsync((entry is null ? "null" : JsonText.Of(entry)) + "\n", stop);
                return ExitCode.Ok;
            }
            catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
            {
                runner.Tell($"{path} cannot be read: {e.Message}");
                return ExitCode.Failed;
            }
        }));
        return command;
    }

    public static Command Remove(ClientRunner runner, Suggestions suggestions)
    {
        var key = ValueArguments.Key(suggestions);
        var expect = ValueArguments.Expect();
        var command = new ExampledCommand("rm", "Remove one value.", "gatehouse rm /home/mode") { key, expect };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var wanted = parsed.GetRequiredValue(key);
            return await hub.RemoveAsync(wanted, parsed.GetValue(expect), stop) ? ExitCode.Ok : NoSuchValue(runner, wanted);
        }));
        return command;
    }

    public static Command List(ClientRunner runner, Suggestions suggestions)
    {
        var prefixes = ValueArguments.Prefixes(suggestions);
        var command = new ExampledCommand(
            "ls",
            "List values. In a terminal long values are cut to fit.",
            "gatehouse ls",
            "gatehouse ls /device/",
            "gatehouse ls --json /alarm/ | jq '.[].key'")
        {
            prefixes, runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var entries = (await hub.ListAsync(parsed.GetValue(prefixes) ?? [], stop)).Entries;
            await runner.PrintAsync(runner.WantsJson(parsed) ? JsonText.Of(entries) + "\n" : AsTable(runner.Console, entries), stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static string AsTable(CommandConsole console, IReadOnlyList<Entry> entries)
    {
        var now = console.Time.GetUtcNow().UtcDateTime;
        return Table.Render(EntryText.Headings, [.. entries.Select(e => EntryText.Row(e, now))], EntryText.FlexibleColumn, console.Width);
    }

    // A program gets what is there, byte for byte; a terminal nothing that could play tricks with it.
    private static ReadOnlyMemory<byte> Bare(Value value, bool forTerminal)
    {
        var output = new ArrayBufferWriter<byte>();
        if (!forTerminal) value.WriteText(output);
        else if (value.TryGetText(out var text)) output.Write(Encoding.UTF8.GetBytes(TerminalText.Escape(text, keepLines: true)));
        else output.Write(Encoding.UTF8.GetBytes(EntryText.Show(value)));
        if (forTerminal || value.Kind != ValueKind.Bytes) output.Write("\n"u8);
        return output.WrittenMemory;
    }

    private static int NoSuchValue(ClientRunner runner, Key key)
    {
        runner.Tell($"there is no value '{key}'; 'gatehouse ls' lists what there is");
        return ExitCode.Failed;
    }

    private static async Task<Value> StoreAsync(HubClient hub, string path, CancellationToken stop)
    {
        await using var content = File.OpenRead(path);
        var extension = Path.GetExtension(path).TrimStart('.').ToLowerInvariant();
        var type = BlobType.OfExtension(extension == "jpeg" ? "jpg" : extension) ?? BlobType.Bytes;
        return (await hub.Blobs.StoreAsync(content, type.MediaType, stop)).ToValue();
    }
}
