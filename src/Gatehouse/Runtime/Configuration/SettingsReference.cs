using System.Text;

namespace Gatehouse.Runtime.Configuration;

/// <summary>The reference of all options, for people. <c>docs/configuration.md</c> is this text.</summary>
internal static class SettingsReference
{
    private const string Introduction =
        """
        # Configuration

        The hub needs no configuration: every option has a default. To change some, write `gatehouse.json`:

        ```json
        {
          "$schema": "gatehouse.schema.json", // an editor that knows it completes and checks
          "hub": { "name": "attic" },
          "drivers": {
            "system": { "interval": "5s" },
          },
        }
        ```

        - The hub reads `gatehouse.json` of the folder that it is started in (under systemd, of `/etc/gatehouse`), or what
          `gatehouse run --config FILE` names. `gatehouse check` says which file that is and what is wrong with it.
        - Comments and trailing commas are allowed.
        - `--set path=value` on the command line sets any option and wins over the file: `--set web.listen=127.0.0.1:9000`,
          `--set drivers.system.enabled=false`, `--set web.names='["hub.lan"]'`, `--set log.levels.Gatehouse.Tree=debug`. The last of
          several for one option counts. The value is JSON if it is JSON of the option's type, and text otherwise.
        - An unknown name or a bad value stops the start. All problems are listed at once, each with file, line, column and what belongs
          there.
        - A duration is a number and its unit, `250ms`, `5s`, `2m`, `1h`, `7d`, or a plain number of seconds.
        - On SIGHUP the file is read again. Options marked *at once* below change while the hub runs; the log lists the others that differ,
          which wait for a restart. If the file has a problem, nothing changes and the log says why.

        This page is written by the program from the options themselves: `gatehouse schema --markdown`. `gatehouse schema` writes
        `deploy/gatehouse.schema.json`.

        """;

    public static string Export(SettingsLayout layout)
    {
        var page = new StringBuilder(Introduction);
        foreach (var section in layout.Sections)
        {
            page.Append('\n').Append($"## {section.Path}\n\n{section.Description}\n\n");
            page.Append("| option | takes | default | changes | what it does |\n|---|---|---|---|---|\n");
            AddRows(page, section, section.Json!.CreateObject!());
        }
        return page.ToString();
    }

    private static void AddRows(StringBuilder page, Option holder, object? defaults)
    {
        foreach (var option in holder.Members)
        {
            var value = defaults is null ? null : option.Property!.Get!(defaults);
            if (option.Kind == OptionKind.Object)
            {
                AddRows(page, option, value);
                continue;
            }
            var standard = defaults is null ? "" : $"`{option.Print(value)}`";
            page.Append($"| `{option.Path}` | {Cell(OptionWords.Expected(option))} | {Cell(standard)} | ")
                .Append($"{(option.IsHot ? "at once" : "at restart")} | {Cell(option.Description)} |\n");
            if (option.Element is { Kind: OptionKind.Object } element) AddRows(page, element, element.Json!.CreateObject!());
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
