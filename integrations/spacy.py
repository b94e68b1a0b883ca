"""A component of spaCy pipelines: ``spacy.blank("zh").add_pipe("gaihe")``.

``doc.ents`` and ``doc.spans["gaihe"]`` have the entities with the project's types as labels; ``doc._.gaihe`` holds them
as ``gaihe detect`` writes them, with exact offsets, score, value, check and disguises. An entity that begins or ends
within a token covers the whole token in the first two, and of those that share a token ``doc.ents`` keeps the longest;
with characters as tokens, as ``spacy.blank("zh")`` has them, there is no such entity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from gaihe.integrations.texts import detected, loaded
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

KEY = "gaihe"
"""The name of the component, of its group of spans, and of its attribute of a document."""


class GaiheComponent:
    """Finds personal data in documents.

    Args:
        model: the path of an exported model; the released one when left out.
        threshold: the lowest score of an entity, 0 to 1; that of the operating point ``balanced`` when left out.
        threads: as in `Recognizer.detect_batch`.
    """

    def __init__(self, model: str | None = None, threshold: float | None = None, threads: int | None = 1) -> None:
        self._recognizer = loaded(model, threshold)
        self._threads = threads

    def __call__(self, doc: Doc) -> Doc:
        """The document with its entities."""
        return next(self._with_entities([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 256) -> Iterator[Doc]:
        """The documents with their entities, read a batch at a time."""
        documents = iter(stream)
        while docs := list(islice(documents, batch_size)):
            yield from self._with_entities(docs)

    def _with_entities(self, docs: Sequence[Doc]) -> Iterator[Doc]:
        for doc, found in zip(docs, detected([doc.text for doc in docs], self._recognizer, self._threads), strict=True):
            yield _annotated(doc, found or [])


def _annotated(doc: Doc, found: list[dict[str, Any]]) -> Doc:
    covering = (doc.char_span(r["start"], r["end"], label=r["type"], alignment_mode="expand") for r in found)
    spans = [span for span in covering if span is not None]
    doc.spans[KEY] = spans
    doc.set_ents(filter_spans([*spans, *doc.ents]))
    doc._.set(KEY, found)
    return doc


@Language.factory(
    KEY, default_config={"model": None, "threshold": None, "threads": 1}, assigns=["doc.ents", "doc.spans"]
)
def create(nlp: Language, name: str, model: str | None, threshold: float | None, threads: int | None) -> GaiheComponent:
    """The component, by spaCy's configuration."""
    return GaiheComponent(model, threshold, threads)


if not Doc.has_extension(KEY):
    Doc.set_extension(KEY, default=None)
