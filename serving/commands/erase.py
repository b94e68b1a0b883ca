"""``gaihe redact --erase``: one person out of all texts of a file."""

from __future__ import annotations

import argparse
import sys

from gaihe.serving.commands.flow import rewrite_rows
from gaihe.serving.commands.mapping_file import Keep
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.failures import all_found
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction import PseudonymMap, RedactionPolicy, erase


def erase_rows(
    recognizer: Recognizer,
    arguments: argparse.Namespace,
    policy: RedactionPolicy,
    key: bytes | None,
    mapping: PseudonymMap,
    keep: Keep,
) -> None:
    """Erase the person of ``--erase`` from the text, or from the rows of ``--input``, which are all held in memory.

    Raises:
        CommandError: ``--stream``, which cannot know what comes; somebody of whom nothing is told.
    """
    if arguments.stream:
        raise CommandError("--erase reads all posts before it writes one, so it does not go with --stream")
    person = arguments.erase
    if not all(known.strip() for known in person):
        raise CommandError("--erase needs what is known of the person: a name, a number or an account")

    def erased(texts: list[str]) -> list[str | Exception]:
        readings = recognizer.attempt_readings(texts, arguments.threads)
        found = [[] if isinstance(reading, Exception) else reading.entities for reading in readings]
        new = erase(texts, found, person, policy, key=key, mapping=mapping)
        keep()
        return [
            reading if isinstance(reading, Exception) else redaction.text
            for reading, redaction in zip(readings, new, strict=True)
        ]

    if arguments.text is None:
        rewrite_rows(erased, arguments, whole=True)
    else:
        sys.stdout.write("".join(map(str, all_found(erased([arguments.text])))) + "\n")
