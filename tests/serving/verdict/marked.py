"""Posts with their spans marked in the text, and scores of posts, for tests of the verdict."""

import re
from pathlib import Path

from gaihe.serving.core.post_scores import PostScores
from gaihe.serving.core.schema import Entity, EntityType, Intent, Stance

FOLDER = Path(__file__).parent
_MARK = re.compile(r"\[\[(\w+):(.*?)(?:\|(\w+))?\]\]")


def marked(line):
    """The text, its entities, and for each entity the signs of those whom it is said of."""
    text, entities, owners, place = "", [], [], 0
    for match in _MARK.finditer(line):
        text += line[place : match.start()]
        entities.append(Entity(len(text), len(text) + len(match[2]), EntityType(match[1]), match[2]))
        owners.append(match[3] or "")
        text += match[2]
        place = match.end()
    return text + line[place:], entities, owners


def lines(name):
    """The lines of a file of this folder, without comments."""
    content = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in content if line and not line.startswith("#")]


def sure(intent, stance):
    """The scores of a post whose labels are beyond doubt."""
    return PostScores(
        {each.value: float(each == intent) for each in Intent}, {each.value: float(each == stance) for each in Stance}
    )


def spans(*pairs):
    """Entities of given types and surfaces, which stand in no text."""
    return [Entity(0, len(text), EntityType(kind), text) for kind, text in pairs]
