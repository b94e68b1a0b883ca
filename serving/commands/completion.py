"""The command ``gaihe completion``: what a shell offers after ``gaihe`` and a tab."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from functools import cache

from gaihe.serving.core.errors import CommandError
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
    elif [ "${{current:0:1}}" = "-" ]; then
        case "${{COMP_WORDS[1]}}" in
{options}
        esac
    else
        case "${{COMP_WORDS[1]}}:${{COMP_WORDS[COMP_CWORD-1]}}" in
{choices}
        esac
    fi
    [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$current"))
    return 0
}}
complete -o default -F _gaihe gaihe
"""
_ZSH = "autoload -Uz bashcompinit && bashcompinit\n"
_GOES_ON = re.compile(r"\n {5,}")
_OPTION = re.compile(r"^  (?:-\w(?: \S+)?, )?(--[a-z][a-z-]*)(?: (\{\S+\}|\S+))?(?:.*?  +(\S.*))?$", re.MULTILINE)
"""An option in a help: its name, its choices or what it takes, what it is for."""
_CHOICES = re.compile(r"^  \{([a-z,-]+)\}", re.MULTILINE)
"""The choices of an argument in a help."""
_Parsers = Mapping[str, argparse.ArgumentParser]
_Commands = Mapping[str, Callable[[Sequence[str]], None]]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], deferred: _Commands) -> None:
    """Add the command to the others, which it completes.

    Args:
        commands: where it is added.
        deferred: commands that have a parser of their own, known by what their help says.
    """
    parser = commands.add_parser(
        "completion",
        help="print what makes a shell complete commands and options",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=["bash", "zsh", "fish"])
    parser.set_defaults(
        run=lambda arguments: _print(
            arguments.shell, {**commands.choices, **{name: _told(command) for name, command in deferred.items()}}
        )
    )


def _print(shell: str, parsers: _Parsers) -> None:
    sys.stdout.write(_fish(parsers) if shell == "fish" else (_ZSH if shell == "zsh" else "") + _bash(parsers))


def _told(command: Callable[[Sequence[str]], None]) -> argparse.ArgumentParser:
    """A parser of the options in the help of a command; of none but help where an extra is not installed."""
    shown = io.StringIO()
    with _wide(), redirect_stdout(shown), suppress(SystemExit, CommandError):
        command(["--help"])
    parser = argparse.ArgumentParser(add_help=False)
    for words in _CHOICES.findall(shown.getvalue()):
        parser.add_argument(words, choices=words.split(","))
    for name, takes, purpose in _OPTION.findall(_GOES_ON.sub("  ", shown.getvalue())):
        told = " ".join(purpose.split()).replace("%", "%%")
        if takes:
            choices = takes[1:-1].split(",") if takes.startswith("{") else None
            parser.add_argument(name, choices=choices, help=told)
        else:
            parser.add_argument(name, action="store_true", help=told)
    return parser


@contextmanager
def _wide() -> Iterator[None]:
    """Within the block, a help breaks no option off from what it takes, however narrow the terminal is."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "200"
    try:
        yield
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before


def _options(parser: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    return [action for action in parser._actions if action.option_strings and action.help != argparse.SUPPRESS]


@cache
def _offered() -> Mapping[tuple[str, str], Iterable[str]]:
    """What an option of a command is offered beside the choices in its help; files are not among them."""
    from gaihe.serving.exchange import FORMATS
    from gaihe.serving.exchange.offsets import OffsetUnit

    return {
        ("judge", "--policy"): PRESETS,
        ("redact", "--policy"): REDACTION_PRESETS,
        ("redact", "--operator"): Operator,
        ("scan", "--policy"): dict.fromkeys((*REDACTION_PRESETS, *PRESETS)),
        ("convert", "--from"): FORMATS,
        ("convert", "--to"): FORMATS,
        ("convert", "--input-offsets"): OffsetUnit,
        ("convert", "--output-offsets"): OffsetUnit,
    }


def _words(name: str, action: argparse.Action) -> str:
    """What a command's option or argument is offered."""
    offered = (_offered().get((name, option), ()) for option in action.option_strings)
    return " ".join(map(str, action.choices or (word for words in offered for word in words)))


def _bash(parsers: _Parsers) -> str:
    choices, options = [], []
    for name, parser in parsers.items():
        found = _options(parser)
        words = " ".join(option for action in found for option in action.option_strings)
        options.append(f'            {name}) words="{words or "--help"}" ;;')
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
