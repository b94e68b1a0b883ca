"""The released model with a head that labels posts at random, always the same way."""

from pathlib import Path

import onnx
import torch
from gaihe.serving.model.model_file import FORMAT, default_model, open_session
from gaihe.serving.model.stamp import stamp
from gaihe.training.export.onnx_model import put_head
from gaihe.training.export.post_graph import remove_post_head
from gaihe.training.model.post_head import PostHead
from gaihe.training.model.post_ngrams import BUCKETS, LABELS, PostNgrams
from onnx import helper

LAYERS = (2, -1)


def random_head(width: int = 16) -> PostHead:
    """A head for the released encoder whose attention and values differ from character to character."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        head = PostHead(384, width, LAYERS)
        torch.nn.init.normal_(head.attention.weight)
        torch.nn.init.normal_(head.values.weight)
    head.temperatures[:] = torch.tensor([2.0, 0.5])
    return head.eval()


def random_ngrams() -> PostNgrams:
    """Values of n-grams that weigh about as much as the head's."""
    generator = torch.Generator().manual_seed(5)
    values = torch.randn(BUCKETS, LABELS, generator=generator)
    return PostNgrams.rounded(values, torch.randn(LABELS, generator=generator))


def write_post_model(path: Path, ngrams: PostNgrams | None = None) -> Path:
    """The released model with `random_head`, and n-grams where they are given."""
    put_head(default_model(), open_session(default_model())[1], random_head(), path, ngrams)
    return path


def write_spans_only_model(path: Path) -> Path:
    """The released model without its head."""
    model = onnx.load(str(default_model()))
    remove_post_head(model.graph)
    properties = {
        entry.key: entry.value for entry in model.metadata_props if entry.key not in ("gaihe.posts", "gaihe.digest")
    }
    del model.metadata_props[:]
    helper.set_model_props(model, properties | {"gaihe.format": FORMAT})
    path.write_bytes(model.SerializeToString())
    stamp(path)
    return path
