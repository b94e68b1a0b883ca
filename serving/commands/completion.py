"""The command ``gaihe completion``: what a shell offers after ``gaihe`` and a tab."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence

from gaihe.serving.redaction import REDACTION_PRESETS, Operator
from gaihe.serving.verdict.policy import PRESETS

_EXAMPLES = """examples:
  eval "$(gaihe completion bash)"                                       # in ~/.bashrc
  eval "$(gaihe completion zsh)"                                        # in ~/.zshrc, after compinit
  gaihe completion fish > ~/.config/fish/completions/gaihe.fish"""
_BASH = """_gaihe() {{
    local words="" current="${{COMP_WORDS[COMP_CWORD]}}"
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="{names}"
    else
        case "${{COMP_WORDS[1]}}:${{COMP_WORDS[COMP_CWORD-1]}}" in
{choices}
        esac
        if [ -z "$words" ] && [ "${{current:0:1}}" = "-" ]; then
            case "${{COMP_WORDS[1]}}" in
{options}
            esac
        fi
    fi
    [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$current"))
    return 0
}}
complete -o default -F _gaihe gaihe
"""
_ZSH = "autoload -Uz bashcompinit && bashcompinit\n"
_OFFERED: Mapping[tuple[str, str], Iterable[str]] = {
    ("judge", "--policy"): PRESETS,
    ("redact", "--policy"): REDACTION_PRESETS,
    ("redact", "--operator"): Operator,
}
"""What an option of a command is offered that takes other words, such as a file, too."""
_Parsers = Mapping[str, argparse.ArgumentParser]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the others, which it completes."""
    parser = commands.add_parser(
        "completion",
        help="print what makes a shell complete commands and options",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=["bash", "zsh", "fish"])
    parser.set_defaults(run=lambda arguments: _print(arguments.shell, commands.choices))


def _print(shell: str, parsers: _Parsers) -> None:
    sys.stdout.write(_fish(parsers) if shell == "fish" else (_ZSH if shell == "zsh" else "") + _bash(parsers))


def _options(parser: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    return [action for action in parser._actions if action.option_strings and action.help != argparse.SUPPRESS]


def _words(name: str, action: argparse.Action) -> str:
    """What a command's option or argument is offered."""
    offered = (_OFFERED.get((name, option), ()) for option in action.option_strings)
    return " ".join(map(str, action.choices or (word for words in offered for word in words)))


def _bash(parsers: _Parsers) -> str:
    choices, options = [], []
    for name, parser in parsers.items():
        found = _options(parser)
        words = " ".join(option for action in found for option in action.option_strings)
        options.append(f'                {name}) words="{words or "--help"}" ;;')
        for action in found:
            if offered := _words(name, action):
                given = "|".join(f"{name}:{option}" for option in action.option_strings)
                choices.append(f'            {given}) words="{offered}" ;;')
        choices += [
            f'            {name}:{name}) words="{_words(name, action)}" ;;'
            for action in parser._actions
            if not action.option_strings and action.choices
        ]
    return _BASH.format(names=" ".join(parsers), choices="\n".join(choices), options="\n".join(options))


def _fish(parsers: _Parsers) -> str:
    lines = [f"complete -c gaihe -n __fish_use_subcommand -f -a '{' '.join(parsers)}'"]
    for name, parser in parsers.items():
        seen = f"complete -c gaihe -n '__fish_seen_subcommand_from {name}'"
        for action in parser._actions:
            offered = _words(name, action)
            choices = f" {'-x' if action.choices else '-r'} -a '{offered}'" if offered else ""
            if not action.option_strings:
                lines += [f"{seen}{choices}"] if choices else []
                continue
            names = " ".join(
                f"-l {one[2:]}" if one.startswith("--") else f"-s {one[1:]}" for one in action.option_strings
            )
            takes = choices or ("" if action.nargs == 0 else " -r")
            told = (action.help or "").replace("\\", "").replace("'", "").replace("%", "")
            lines.append(f"{seen} {names}{takes} -d '{told}'")
    return "\n".join(lines) + "\n"
