using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;
using Command = System.CommandLine.Command;

namespace Gatehouse.Cli;

/// <summary><c>devices</c> and <c>device</c>: what is there, and what people say of it.</summary>
internal static class DeviceCommands
{
    private static readonly string[] Headings = ["NAME", "TITLE", "ROOM", "KIND", "STATE", "DEMO"];

    public static Command List(ClientRunner runner)
    {
        var command = new ExampledCommand(
            "devices",
            "List the devices that are there. The state is the worst quality of a device's values.",
            "gatehouse devices",
            "gatehouse devices --json | jq '.[].name'")
        {
            runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var devices = await hub.Devices.ListAsync(stop);
            if (runner.WantsJson(parsed))
            {
                await runner.PrintAsync(JsonText.Of([.. devices]) + "\n", stop);
                return ExitCode.Ok;
            }
            var entries = (await hub.ListAsync(["/device/"], stop)).Entries.ToDictionary(e => e.Key.Text);
            var rows = devices.Select(d => Row(d, entries)).ToList();
            await runner.PrintAsync(Table.Render(Headings, rows, flexible: 1, runner.Console.Width), stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command One(ClientRunner runner, Suggestions suggestions)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "The device's name, as 'gatehouse devices' lists it.",
            Validators = { CheckName },
            CompletionSources = { suggestions.Devices },
        };
        var set = new Option<FieldEdit[]>("--set")
        {
            Description = "Say something in place of what the driver says: title, room, kind, log (on, off) or retention (such as 90d), "
                + "and of a property PROPERTY.title, .unit, .log, .retention, .minimum or .maximum. May be repeated.",
            HelpName = "field=value",
            CustomParser = result => EditArguments.Read(result, EditArguments.TryReadSetting),
            CompletionSources = { EditArguments.Offer("=") },
        };
        var unset = new Option<FieldEdit[]>("--unset")
        {
            Description = "Take that back, so that what the driver says counts again. May be repeated.",
            HelpName = "field",
            CustomParser = result => EditArguments.Read(result, EditArguments.TryReadField),
            CompletionSources = { EditArguments.Offer("") },
        };
        var command = new ExampledCommand(
            "device",
            "Print what is known of a device with its present values, or say something else of it.",
            "gatehouse device localhost.system.cpu",
            "gatehouse device localhost.system.cpu --set title='The old server' --set room=Cellar --set load.maximum=90",
            "gatehouse device localhost.system.cpu --unset title")
        {
            name, set, unset, runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var wanted = parsed.GetRequiredValue(name);
            FieldEdit[] edits = [.. parsed.GetValue(set) ?? [], .. parsed.GetValue(unset) ?? []];
            var device = edits.Length == 0 ? await hub.Devices.GetAsync(wanted, stop) : await hub.Devices.EditAsync(wanted, edits, stop);
            if (device is null && edits.Length == 0)
            {
                runner.Tell($"there is no device '{wanted}'; 'gatehouse devices' lists what there is");
                return ExitCode.Failed;
            }
            if (runner.WantsJson(parsed)) await runner.PrintAsync((device is null ? "null" : JsonText.Of(device)) + "\n", stop);
            else if (edits.Length == 0) await runner.PrintAsync(await ShowAsync(runner.Console, hub, device!, stop), stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static async Task<string> ShowAsync(CommandConsole console, HubClient hub, DeviceInfo device, CancellationToken stop)
    {
        var entries = (await hub.ListAsync([KeyOf(device, "")], stop)).Entries.ToDictionary(e => e.Key.Text);
        return DeviceText.Show(device, name => entries.GetValueOrDefault(KeyOf(device, name)), console);
    }

    private static string[] Row(DeviceInfo device, Dictionary<string, Entry> entries)
    {
        var qualities = device.Properties.Keys.Select(p => entries.GetValueOrDefault(KeyOf(device, p))?.Quality).OfType<Quality>().ToList();
        return
        [
            TerminalText.Escape(device.Name), TerminalText.Escape(device.Title), TerminalText.Escape(device.Room ?? ""),
            TerminalText.Escape(device.Kind), qualities.Count == 0 ? "no values" : qualities.Max().ToText(), device.Demo ? "demo" : "",
        ];
    }

    private static string KeyOf(DeviceInfo device, string property) =>
        string.Create(CultureInfo.InvariantCulture, $"/device/{device.Name}/{property}");

    private static void CheckName(ArgumentResult result)
    {
        var name = result.Tokens[0].Value;
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal))
        {
            result.AddError($"'{name}' is not the name of a device such as localhost.system.cpu.");
        }
        else if (!HubPath.CanCarry(name, out var reason)) result.AddError($"{reason}.");
    }
}
