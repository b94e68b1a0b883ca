"""What a project's labelling configuration says: where the text is, and which label stands for which type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import BUILT_IN, EntityType
from gaihe.serving.exchange.label_studio import CONTROLS
from gaihe.serving.exchange.sides import Source
from gaihe.serving.types import sheet_of

EXAMPLE = (
    '<View><Labels name="label" toName="text"><Label value="NAME"/></Labels><Text name="text" value="$text"/></View>'
)


@dataclass(frozen=True)
class Configuration:
    """The part of a labelling configuration that matters here.

    Attributes:
        control: the name of the tag with the labels.
        field: the name of the tag with the text.
        key: the key of the text in a task's data.
        result: the type of the control's results, under which their labels stand.
        rich: whether the text is shown as HTML.
        types: the label that results have, and what it stands for; ``None`` where it is none of our types.
    """

    control: str
    field: str
    key: str
    result: str
    rich: bool
    types: Mapping[str, EntityType | None]

    @property
    def labels(self) -> dict[EntityType, str]:
        """The first label of each type that the project has one for."""
        return {kind: label for label, kind in reversed([*self.types.items()]) if kind is not None}

    @property
    def source(self) -> Source:
        """How the project's annotations are read: they cover the types that have a label."""
        covered = tuple(kind for kind in EntityType if kind in self.labels)
        return Source(self.types, None if set(BUILT_IN) <= set(covered) else covered)


def read_configuration(xml: object) -> Configuration:
    """Read a project's configuration.

    A label stands for a type if it is the type's name or Chinese name, or if its ``predicted_values`` names the type.

    Raises:
        PostError: it is no XML, or has no labels for a text, or none of a type.
    """
    if not isinstance(xml, str) or "<!doctype" in xml.lower():
        raise PostError(f"expected the labelling configuration of a project, such as {EXAMPLE}")
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise PostError(f"the labelling configuration is not XML: {error}") from None
    texts = {tag.get("name"): tag for tag in root.iter() if tag.tag in ("Text", "HyperText")}
    for control in (tag for tag in root.iter() if tag.tag.lower() in CONTROLS):
        shown = texts.get(control.get("toName"))
        if shown is not None and (value := shown.get("value", "")).startswith("$"):
            types = dict(_typed(label) for label in control.iter("Label"))
            if not any(types.values()):
                raise PostError(f"no label of the project stands for a type: {', '.join(EntityType)}")
            name, field, result = control.get("name", ""), shown.get("name", ""), control.tag.lower()
            return Configuration(name, field, value[1:], result, shown.tag == "HyperText", types)
    raise PostError(f"the project has no Labels for a Text with a $variable, as in {EXAMPLE}")


def _typed(label: ElementTree.Element) -> tuple[str, EntityType | None]:
    value: str = label.get("value", "")
    name: str = label.get("alias") or value
    meant: list[str] = [*label.get("predicted_values", "").split(","), value, name]
    known = {chosen: kind for kind in EntityType for chosen in (kind.value, sheet_of(kind).chinese)}
    return name, next((known[word.strip()] for word in meant if word.strip() in known), None)
