"""``python -m tests.fuzz run --count N --seed S`` and ``python -m tests.fuzz slow --seconds T``."""

from __future__ import annotations

import argparse
import sys
import time

from gaihe.serving import Recognizer
from gaihe.serving.redaction import Redactor

from tests.fuzz.checks import FaultError, check_batch
from tests.fuzz.slow import Call, slowest
from tests.fuzz.texts import LONGEST, Texts

BATCH = 256
PROGRESS_SECONDS = 30.0


def run(arguments: argparse.Namespace) -> int:
    """Hold random texts against what must hold for every text; a failing one is shown escaped."""
    recognizer = Recognizer.load()
    texts = Texts(arguments.seed, longest=arguments.longest)
    done = spans = faults = 0
    shown = time.monotonic()
    while done < arguments.count:
        batch = [texts.text() for _ in range(min(BATCH, arguments.count - done))]
        try:
            spans += check_batch(recognizer, batch, texts.random)
        except FaultError as fault:
            faults += 1
            sys.stdout.write(f"{fault}\n")
            sys.stdout.flush()
        done += len(batch)
        if time.monotonic() - shown > PROGRESS_SECONDS or done == arguments.count:
            shown = time.monotonic()
            sys.stderr.write(f"{done} texts, {spans} spans, {faults} faults\n")
    return 1 if faults else 0


def slow(arguments: argparse.Namespace) -> int:
    """Look for texts that take long; show the slowest of each length and how it compares with plain text."""
    recognizer = Recognizer.load()
    calls: dict[str, Call] = {
        "detect": recognizer.detect,
        "judge": recognizer.judge,
        "redact": Redactor(recognizer, arguments.policy).redact,
    }
    for length in arguments.length:
        found = slowest(calls[arguments.call], length, arguments.seconds, Texts(arguments.seed, 300))
        sys.stdout.write(
            f"{length} characters: {found.ratio:.2f} times plain text ({found.seconds * 1e3:.2f} ms, "
            f"{found.tried} texts tried): {found.text[: arguments.show]!a}\n"
        )
        sys.stdout.flush()
    return 0


def main() -> int:
    """The command line; exit code 1 where a text fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="any whole number (default: 0)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    fuzz = commands.add_parser("run", help="random and mutated texts through detect, detect_batch and redact")
    fuzz.add_argument("--count", type=int, default=10_000, metavar="N", help="how many texts (default: 10,000)")
    fuzz.add_argument(
        "--longest", type=int, default=LONGEST, metavar="N", help="characters of a text at most, but for a few (400)"
    )
    fuzz.set_defaults(run=run)
    search = commands.add_parser("slow", help="a search for texts that take long")
    search.add_argument(
        "--call", choices=["detect", "judge", "redact"], default="judge", help="what is done with them (default: judge)"
    )
    search.add_argument("--policy", default="llm", metavar="NAME", help="of redact (default: llm)")
    search.add_argument("--length", type=int, nargs="+", default=[64, 1_000, 20_000], metavar="N", help="characters")
    search.add_argument(
        "--seconds", type=float, default=60.0, metavar="T", help="processor time of a search (default: 60)"
    )
    search.add_argument("--show", type=int, default=120, metavar="N", help="characters of the slowest that are shown")
    search.set_defaults(run=slow)
    arguments = parser.parse_args()
    return int(arguments.run(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
