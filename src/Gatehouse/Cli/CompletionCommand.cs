using System.CommandLine;

namespace Gatehouse.Cli;

/// <summary><c>completion</c>: prints what teaches a shell to complete gatehouse's commands, keys, services and devices.</summary>
internal static class CompletionCommand
{
    public static Command Create(ClientRunner runner)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new ExampledCommand(
            "completion",
            "Print a script that completes commands, keys, services and devices by Tab.",
            "gatehouse completion bash > ~/.local/share/bash-completion/completions/gatehouse",
            "gatehouse completion zsh > \"${fpath[1]}/_gatehouse\"",
            "gatehouse completion fish > ~/.config/fish/completions/gatehouse.fish")
        {
            shell,
        };
        command.SetAction(async (parsed, stop) =>
        {
            await runner.PrintAsync(Script(parsed.GetRequiredValue(shell)), stop);
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Script(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        _ => Fish,
    };

    // Bash cuts words at ':' and '=' too, which keys may hold: what it takes for the word's beginning is cut off the offers.
    private const string Bash = """
        _gatehouse() {
            local line="${COMP_LINE:0:COMP_POINT}" word cut offer
            word="${line##*[[:space:]]}"
            cut="${word%"${word##*[:=]}"}"
            COMPREPLY=()
            while IFS= read -r offer; do
                [[ "$offer" == "$word"* ]] || continue
                [[ "$offer" == */ ]] && compopt -o nospace 2>/dev/null
                COMPREPLY+=("$(printf '%q' "${offer#"$cut"}")")
            done < <("${COMP_WORDS[0]}" '[suggest]' "$line" 2>/dev/null)
        }
        complete -F _gatehouse gatehouse

        """;

    private const string Zsh = """
        #compdef gatehouse
        _gatehouse() {
            local -a offers branches
            local offer
            for offer in "${(@f)$("${words[1]}" '[suggest]' "${LBUFFER}" 2>/dev/null)}"; do
                [[ -z "$offer" ]] && continue
                if [[ "$offer" == */ ]]; then branches+=("$offer"); else offers+=("$offer"); fi
            done
            (( ${#branches} )) && compadd -S '' -- "${branches[@]}"
            (( ${#offers} )) && compadd -- "${offers[@]}"
        }
        if [[ "${funcstack[1]}" == _gatehouse ]]; then _gatehouse "$@"; else compdef _gatehouse gatehouse; fi

        """;

    private const string Fish = """
        complete -c gatehouse -f -a "(gatehouse '[suggest]' (commandline -cp) 2>/dev/null)"

        """;
}
