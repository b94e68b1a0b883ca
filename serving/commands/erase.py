"""``gaihe redact --erase``: one person out of all texts of a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from gaihe.serving.commands.flow import rewrite_rows
from gaihe.serving.commands.mapping_file import Keep
from gaihe.serving.commands.options import decoded
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.failures import all_found
from gaihe.serving.core.telling import tell
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction import PseudonymMap, RedactionPolicy, erase
from gaihe.serving.redaction.erasure import absent, as_given


def erase_rows(
    recognizer: Recognizer,
    arguments: argparse.Namespace,
    policy: RedactionPolicy,
    key: bytes | None,
    mapping: PseudonymMap,
    keep: Keep,
) -> None:
    """Erase the person of ``--erase`` from the text, or from the rows of ``--input``, which are all held in memory.

    How many texts changed, and which of the things known stand in none, is said on standard error.

    Raises:
        CommandError: ``--stream``, which cannot know what comes; somebody of whom nothing is told.
    """
    if arguments.stream:
        raise CommandError("--erase reads all posts before it writes one, so it does not go with --stream")
    person = list(map(decoded, arguments.erase))
    if not all(known.strip() for known in person):
        raise CommandError("--erase needs what is known of the person: a name, a number or an account")

    def erased(texts: list[str]) -> list[str | Exception]:
        readings = recognizer.attempt_readings(texts, arguments.threads)
        found = [[] if isinstance(reading, Exception) else reading.entities for reading in readings]
        new = erase(texts, found, person, policy, key=key, mapping=mapping)
        keep()
        results = [
            reading if isinstance(reading, Exception) else redaction.text
            for reading, redaction in zip(readings, new, strict=True)
        ]
        _report(texts, results, absent(texts, found, person), person)
        return results

    if arguments.text is None:
        rewrite_rows(erased, arguments, whole=True)
    else:
        sys.stdout.write("".join(map(str, all_found(erased([arguments.text])))) + "\n")


def _report(
    texts: Sequence[str], results: Sequence[str | Exception], missing: Sequence[int], person: Sequence[str]
) -> None:
    """Say how many texts changed and, by their places alone, what of the person stands in none, or in some yet."""
    changed = sum(result != text for text, result in zip(texts, results, strict=True) if isinstance(result, str))
    tell(f"--erase: {changed} of {len(texts)} texts changed")
    if missing:
        named = ", ".join(f"the {_ordinal(place + 1)}" for place in missing)
        tell(f"--erase: of the things known of the person, found in no text: {named}")
    for place, name in enumerate(person):
        given = as_given([name])
        left = [at for at, result in enumerate(results, 1) if isinstance(result, str) and given.search(result)]
        if left:
            where = f"{len(left)} text{'s' * (len(left) > 1)}, first in the {_ordinal(left[0])} text"
            tell(
                f"--erase: the {_ordinal(place + 1)} of them still stands, in another value or as the policy keeps it, "
                f"in {where}"
            )


def _ordinal(number: int) -> str:
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
